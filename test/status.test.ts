import t from 'tap';
import { version } from '../src/version.js';
import { testConfig, webGroup } from './support/config.js';
import { Cores, type CoresOptions } from './support/core.js';

function running(options: CoresOptions = {}): Cores {
  const cores = new Cores(options);
  cores.bootAll();
  return cores;
}

t.test('the whole status of a healthy pair, as the interface promises it', async (t) => {
  const cores = running();
  cores.run(2000);
  const { counters, parameters, ...rest } = cores.status('a');
  const links = [
    { name: 'eth0', medium: 'bcast', state: 'up' },
    { name: 'eth1', medium: 'bcast', state: 'up' },
  ];
  t.same(rest, {
    node: 'a',
    version,
    now: '2023-11-14T22:13:23.500Z',
    view: { members: ['a', 'b'], agreed: true, quorate: true, since: rest.view.since },
    nodes: [
      {
        name: 'a',
        state: 'active',
        standby: false,
        local: true,
        legacy: false,
        uuid: '61616161-6161-6161-6161-616161616161',
        generation: 1,
        lastHeardMs: 0,
        links,
      },
      {
        name: 'b',
        state: 'active',
        standby: false,
        local: false,
        legacy: false,
        uuid: '62626262-6262-6262-6262-626262626262',
        generation: 1,
        lastHeardMs: rest.nodes[1]?.lastHeardMs,
        links,
      },
    ],
    pingNodes: [],
    groups: [
      {
        name: webGroup,
        alias: null,
        preferred: 'a',
        owner: 'a',
        state: 'started',
        reason: 'a is preferred',
        resources: [{ name: webGroup, agent: 'IPaddr2', class: 'builtin', state: 'started', failures: 0 }],
      },
    ],
    emptySets: { b: 'b' },
    problems: [],
  });
  t.match(rest.view.since, /^2023-11-14T22:13:21\.00\dZ$/);
  const heardMs = rest.nodes[1]?.lastHeardMs ?? -1;
  t.ok(heardMs >= 0 && heardMs <= 1000, `b was heard ${heardMs} ms ago`);
  t.same(parameters, cores.config.parameters);
  t.ok((counters.sent ?? 0) > 5 && (counters.received ?? 0) > 10);
  t.doesNotThrow(() => JSON.stringify(cores.status('a')));
});

t.test('the other node sees the same groups', async (t) => {
  const cores = running();
  t.match(cores.status('b').groups, [{ owner: 'a', state: 'started', reason: 'a holds it' }]);
  t.match(cores.status('b').groups[0]?.resources, [{ state: 'started' }]);
});

t.test('states of the other node', async (t) => {
  const seen = (cores: Cores) => cores.status('a').nodes[1]?.state;
  const cores = new Cores();
  cores.boot('a');
  t.equal(seen(cores), 'init');
  t.match(cores.status('a').nodes[1], { uuid: null, generation: null, lastHeardMs: null });
  t.equal(cores.status('a').nodes[0]?.state, 'up');
  cores.boot('b');
  cores.run(1);
  t.equal(seen(cores), 'up');
  cores.run(500);
  t.equal(seen(cores), 'active');
  cores.shutdown('b');
  cores.run(500);
  t.equal(seen(cores), 'left');
  cores.boot('b');
  cores.run(500);
  t.equal(seen(cores), 'active');
  cores.crash('b');
  cores.run(5000);
  t.equal(seen(cores), 'dead');
  t.ok((cores.status('a').nodes[1]?.lastHeardMs ?? 0) >= 4000);
});

t.test('a group on its way, as both nodes show it', async (t) => {
  const cores = running({ actionMs: 100 });
  const both = () =>
    ['a', 'b'].map((name) => {
      const [group] = cores.status(name).groups;
      return `${group?.owner} ${group?.state}, ${group?.resources[0]?.state}`;
    });
  t.same(both(), ['a started, started', 'a started, started']);
  cores.command('a', { verb: 'move', group: webGroup, node: 'b' });
  cores.run(50);
  t.same(both(), ['a stopping, stopping', 'a stopping, stopping'], 'what still runs comes before a wish');
  cores.run(100);
  t.same(both(), ['b starting, starting', 'b starting, starting']);
  cores.run(100);
  t.same(both(), ['b started, started', 'b started, started']);
});

t.test('why nothing runs', async (t) => {
  const cores = new Cores();
  cores.boot('a');
  cores.run(100);
  const [group] = cores.status('a').groups;
  t.match(group, {
    owner: null,
    state: 'stopped',
    reason: 'this node is still finding out who is there and what runs here',
  });
  const three = running({ nodes: ['a', 'b', 'c'] });
  three.crash('b');
  three.crash('c');
  three.run(10_000);
  t.match(three.status('a').groups, [{ owner: null, state: 'stopped', reason: /no majority|no quorum/ }]);
  t.ok(three.status('a').problems.includes('no quorum: nothing is started here'));
});

t.test('a failed start shows where it failed', async (t) => {
  const cores = new Cores();
  cores.agent = ({ operation }) => (operation === 'start' ? { outcome: 'failed', text: 'no such device' } : {});
  cores.bootAll();
  cores.run(1000);
  const [group] = cores.status('a').groups;
  t.match(group, {
    owner: null,
    state: 'failed',
    reason: 'no node can run it: its start failed on a; its start failed on b',
    resources: [{ failures: 1 }],
  });
  const cause = `start of ${webGroup} failed with exit code 1: no such device`;
  const mend = `(then: systole resource cleanup ${webGroup})`;
  const { problems } = cores.status('a');
  t.ok(problems.includes(`group ${webGroup} cannot run on a: ${cause} ${mend}`));
  const there = 'its start failed there, and systole status there says why';
  t.ok(problems.includes(`group ${webGroup} cannot run on b: ${there} ${mend}`), 'and the other node, too');
});

t.test('problems, each in its own words', async (t) => {
  const problems = (cores: Cores) => cores.status('a').problems;
  const standby = running();
  standby.command('a', { verb: 'node-standby', node: 'b' });
  t.same(problems(standby), ['node b is in standby']);

  const cut = running();
  cut.network = ({ link }) => (link === 'eth1' ? null : 0);
  cut.run(4000);
  t.same(problems(cut), ['link eth1 of b is dead']);

  const dead = running();
  dead.crash('b');
  dead.run(5000);
  t.same(problems(dead), ['node b is dead'], 'its links are not told of one by one');

  const differing = running({ configOf: { b: testConfig({ overrides: { digest: 'other' } }) } });
  t.same(problems(differing), [
    'node b has a different configuration: haresources, resources.ini and the nodes must be the same everywhere',
  ]);

  const stuck = running();
  stuck.agent = ({ operation }) => (operation === 'stop' ? { outcome: 'failed', text: 'busy' } : {});
  stuck.command('a', { verb: 'node-standby', node: 'a' });
  stuck.run(10_000);
  t.match(problems(stuck), [
    'node a is in standby',
    /^group \S+ is blocked on a: stop of \S+ failed with exit code 1: busy; no other node/,
  ]);
  t.match(stuck.status('b').groups, [{ owner: 'a', state: 'blocked' }]);
});

t.test('several media on one device are one link', async (t) => {
  const media = [
    { type: 'bcast', device: 'eth0', port: 694 },
    { type: 'ucast', device: 'eth0', host: '10.0.0.2', port: 694 },
    { type: 'ucast', device: 'eth0', host: '10.0.0.3', port: 694 },
  ] as const;
  const cores = running({ overrides: { media } });
  const up = [{ name: 'eth0', medium: 'bcast+ucast', state: 'up' }];
  t.same(
    cores.status('a').nodes.map(({ links }) => links),
    [up, up],
  );
});
