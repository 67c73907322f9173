/** Clusters without groups, which nodes join by being heard. */
import t from 'tap';
import { testConfig } from '../support/config.js';
import { Cores } from '../support/core.js';

/** Three machines of which each is told of itself alone (`any`), or of what `files` says. */
function cores(files: Readonly<Record<string, readonly string[]>> = {}): Cores {
  const all = ['a', 'b', 'c'];
  const overrides = { autojoin: 'any', digest: 'the same' } as const;
  const configOf = Object.fromEntries(
    all.map((name) => [name, testConfig({ nodes: files[name] ?? [name], groups: [], overrides })]),
  );
  return new Cores({ nodes: all, groups: [], overrides, configOf });
}

const names = (machines: Cores, name: string) =>
  machines
    .status(name)
    .nodes.map((node) => node.name)
    .sort();

t.test('nodes that ha.cf does not name join by being heard', (t) => {
  const machines = cores();
  machines.boot('a', 'b', 'c');
  machines.run(4000);
  for (const name of ['a', 'b', 'c']) {
    t.same(names(machines, name), ['a', 'b', 'c'], name);
    t.match(machines.status(name).view, { agreed: true, quorate: true });
    t.same(machines.status(name).problems, [], name);
  }
  t.ok(machines.logged('a').includes('hb_add_one_node: Adding new node[c] to configuration.'));
  t.end();
});

t.test('a node that restarts alone knows whom it has met', (t) => {
  const machines = cores();
  machines.boot('a', 'b', 'c');
  machines.run(4000);
  for (const name of ['a', 'b', 'c']) machines.crash(name);
  machines.boot('a');
  machines.run(100);
  t.same(names(machines, 'a'), ['a', 'b', 'c']);
  t.same(
    machines
      .savedOf('a')
      .hosts?.known.map(({ name, uuid }) => `${name} ${uuid}`)
      .sort(),
    ['a', 'b', 'c'].map((name) => `${name} ${name.repeat(16)}`),
  );
  machines.run(20_000);
  t.match(machines.status('a').view, { members: ['a'], quorate: false }, 'one of three');
  t.end();
});

t.test('a node that was deleted does not come again by itself, nor after a restart, until it is added', (t) => {
  const machines = cores();
  machines.boot('a', 'b', 'c');
  machines.run(4000);
  machines.crash('c');
  machines.run(20_000);
  t.same(machines.command('a', { verb: 'node-forget', nodes: ['c'] }), { ok: true, text: 'c deleted' });
  machines.run(1000);
  machines.crash('a');
  machines.boot('a', 'c');
  machines.run(20_000);
  t.same(names(machines, 'a'), ['a', 'b']);
  t.ok(machines.logged('a').some((text) => text.includes('bad node [c] in message')));
  t.match(machines.command('a', { verb: 'node-add', nodes: ['c'] }), { ok: true, text: 'c added' });
  machines.run(4000);
  t.same(names(machines, 'a'), ['a', 'b', 'c']);
  t.same(machines.savedOf('a').hosts?.deleted, []);
  t.end();
});

t.test('without autojoin nobody joins, and nothing is kept', (t) => {
  const configOf = { a: testConfig({ nodes: ['a', 'b'] }) };
  const machines = new Cores({ nodes: ['a', 'b', 'c'], configOf });
  machines.boot('a', 'c');
  machines.run(20_000);
  t.same(names(machines, 'a'), ['a', 'b']);
  t.notOk('hosts' in machines.savedOf('a'));
  t.end();
});
