/** Nodes whose files name different nodes, or that have forgotten who was added: there must not be two majorities. */
import t from 'tap';
import { testConfig, webGroup } from './support/config.js';
import { Cores, type CoresOptions } from './support/core.js';

/** Machines by name, each with the nodes of its file; the group would rather be on the first. */
function cores(files: Readonly<Record<string, readonly string[]>>, options: CoresOptions = {}): Cores {
  const nodes = Object.keys(files);
  const groups = [{ preferred: nodes[0] ?? '', nodeOrder: nodes }];
  const configOf = Object.fromEntries(
    nodes.map((name) => [
      name,
      testConfig({
        groups,
        ...options,
        nodes: files[name] ?? [],
        overrides: { digest: `of ${files[name]?.join(' ')}` },
      }),
    ]),
  );
  return new Cores({ groups, ...options, nodes, configOf });
}

const all = ['a', 'b', 'c'];
const drifted = { a: ['a', 'b'], b: all, c: all };

t.test('a node whose file names fewer nodes does not go on alone beside a majority', async (t) => {
  const machines = cores(drifted);
  machines.boot('a', 'b', 'c');
  machines.run(20_000);
  machines.cut(['a'], ['b', 'c']);
  machines.run(30_000);
  t.equal(machines.status('a').view.quorate, false);
  t.same(machines.status('b').view.members, ['b', 'c']);
  t.same(machines.holders(), ['b']);
  t.same(machines.doubles, []);
  machines.heal();
  machines.run(20_000);
  t.equal(machines.holders().length, 1);
  t.same(machines.doubles, []);
});

t.test('nor after a restart inside the cut', async (t) => {
  const machines = cores(drifted);
  machines.boot('a', 'b', 'c');
  machines.run(20_000);
  machines.cut(['a'], ['b', 'c']);
  machines.crash('a');
  machines.boot('a');
  machines.run(30_000);
  t.equal(machines.status('a').view.quorate, false);
  t.same(machines.holders(), ['b']);
  t.same(machines.doubles, []);
});

t.test('its status says what is wrong', async (t) => {
  const machines = cores(drifted);
  machines.boot('a', 'b', 'c');
  machines.run(20_000);
  const { problems } = machines.status('a');
  for (const expected of [
    'b takes a b c for the nodes of the cluster, a takes a b',
    'c counts as a node (b and c say so), but ha.cf here does not name it: make the node lines the same on every node; ' +
      'if it is gone for good: systole node forget c',
  ]) {
    t.ok(problems.includes(expected), expected);
  }
  t.ok(machines.status('b').problems.includes('a takes a b for the nodes of the cluster, b takes a b c'));
  t.ok(machines.logged('a', 'warn').includes('majorities are reckoned by 3 nodes: c too'));
});

t.test('it starts nothing beside a node that it does not know, and is sent nothing', async (t) => {
  const machines = cores(drifted);
  machines.boot('b', 'c');
  machines.run(20_000);
  t.same(machines.holders(), ['b']);
  machines.command('b', { verb: 'move', group: webGroup, node: 'c' });
  machines.run(5000);
  t.same(machines.holders(), ['c']);
  machines.boot('a');
  machines.run(20_000);
  machines.command('b', { verb: 'clear', group: webGroup });
  machines.run(20_000);
  t.not(machines.holders()[0], 'a');
  t.equal(machines.holders().length, 1, 'it is not stopped for the sake of one that cannot take it');
  t.same(machines.doubles, []);
  machines.crash('c');
  machines.run(20_000);
  t.same(machines.holders(), ['a'], 'c is gone: nothing that a does not know is left');
  t.same(machines.doubles, []);
});

t.test('it gives a node that it does not know the time to stop that others give it', async (t) => {
  const machines = cores(drifted);
  machines.boot('b', 'c');
  machines.run(20_000);
  machines.command('b', { verb: 'move', group: webGroup, node: 'c' });
  machines.run(5000);
  machines.boot('a');
  machines.run(20_000);
  t.same(machines.holders(), ['c']);
  machines.agent = ({ node, operation }) => (node === 'c' && operation === 'stop' ? { afterMs: 2500 } : {});
  machines.cut(['c'], ['a', 'b']);
  machines.run(20_000);
  t.same(machines.holders(), ['a']);
  t.same(machines.doubles, []);
});

t.test('a stranger that could be in a majority counts, one that is only being prepared does not', async (t) => {
  const machines = cores({ a: ['a', 'b'], b: ['a', 'b'], c: all });
  machines.boot('a', 'b', 'c');
  machines.run(20_000);
  machines.crash('b');
  machines.run(10_000);
  t.same(machines.holders(), ['a'], 'b has said that it does not know c');

  const others = cores(drifted);
  others.boot('a', 'c');
  others.run(20_000);
  t.same(others.holders(), [], 'nothing is known of b but what c says');
  others.cut(['a'], ['b', 'c']);
  others.boot('b');
  others.run(20_000);
  t.same(others.holders(), ['b']);
  t.same(others.doubles, []);
});

t.test('a slip in a name: who is right goes on, who is not starts nothing and says so', async (t) => {
  const machines = cores({ alpha: ['alpha', 'bta'], beta: ['alpha', 'beta'] });
  machines.boot('beta');
  machines.run(20_000);
  t.same(machines.holders(), ['beta']);
  machines.boot('alpha');
  machines.run(20_000);
  t.same(machines.holders(), ['beta']);
  t.ok(
    machines
      .status('alpha')
      .problems.includes(
        'beta counts as a node (beta says so), but ha.cf here calls none so: it has bta, which may be a slip for it',
      ),
  );
  t.same(machines.doubles, []);
});

/** Two nodes by their files, and three that were added; the first two are then alone, and start anew. */
function addedAndCut(): Cores {
  const pair = ['a', 'b'];
  const machines = cores({ a: pair, b: pair, c: all, d: [...all, 'd'], e: [...all, 'd', 'e'] });
  machines.boot('a', 'b');
  machines.run(20_000);
  for (const name of ['c', 'd', 'e']) {
    machines.boot(name);
    machines.run(3000);
    const { ok, text } = machines.command('a', { verb: 'node-add', nodes: [name] });
    if (!ok) throw new Error(text);
    machines.run(10_000);
  }
  machines.cut(['a', 'b'], ['c', 'd', 'e']);
  machines.run(20_000);
  for (const name of ['a', 'b']) {
    machines.shutdown(name);
    machines.run(5000);
    machines.boot(name);
    machines.run(20_000);
  }
  return machines;
}

t.test('what was added is not forgotten by restarts inside a cut', async (t) => {
  const machines = addedAndCut();
  t.equal(machines.status('a').view.quorate, false, 'two of five');
  t.same(machines.holders(), ['c']);
  t.same(machines.doubles, []);
});

t.test('nor by one that has lost what it kept, when another knows it', async (t) => {
  const machines = cores({ a: ['a', 'b'], b: ['a', 'b'], c: all });
  machines.boot('a', 'b');
  machines.run(20_000);
  machines.command('a', { verb: 'node-add', nodes: ['c'] });
  machines.run(1000);
  // b starts anew and knows of c only from before; then a, which has lost its disk, from b.
  machines.shutdown('b');
  machines.run(5000);
  machines.boot('b');
  machines.run(20_000);
  machines.crash('a');
  machines.loseDisk('a');
  machines.boot('a');
  machines.run(20_000);
  machines.crash('b');
  machines.run(20_000);
  t.equal(machines.status('a').view.quorate, false);
  t.match(
    machines.status('a').problems.find((text) => text.startsWith('c counts')),
    'c counts as a node (it was added), but ha.cf here does not name it',
  );
});

t.test('what was deleted is forgotten by all, whoever told it whom', async (t) => {
  const machines = addedAndCut();
  for (const name of ['c', 'd', 'e']) machines.crash(name);
  machines.heal();
  const forget = machines.command('b', { verb: 'node-forget', nodes: ['c', 'd', 'e'] });
  t.ok(forget.ok, forget.text);
  machines.run(10_000);
  for (const name of ['a', 'b']) {
    t.same(
      machines.status(name).problems.filter((text) => text.includes('counts')),
      [],
      name,
    );
  }
  machines.crash('b');
  machines.run(20_000);
  t.same(machines.holders(), ['a'], 'a pair again');
  machines.crash('a');
  machines.boot('a');
  machines.run(20_000);
  t.same(machines.holders(), ['a'], 'also after a restart');
});

t.test(
  'who reckons with more nodes than are there is not added: those that are there would lose their quorum',
  async (t) => {
    const pair = ['a', 'b'];
    const machines = cores({ a: pair, b: pair, c: [...all, 'd', 'e'] });
    machines.boot('a', 'b', 'c');
    machines.run(20_000);
    t.same(machines.holders(), ['a'], 'c alone changes nothing');
    t.same(machines.command('a', { verb: 'node-add', nodes: ['c'] }), {
      ok: false,
      text: 'with more nodes there would be no quorum: 2 of 5 nodes, 3 are needed',
    });
    machines.run(10_000);
    t.same(machines.holders(), ['a']);
  },
);

t.test('who is heard by another is not deleted', async (t) => {
  const machines = cores(drifted);
  machines.boot('a', 'b', 'c');
  machines.run(20_000);
  t.same(machines.command('a', { verb: 'node-forget', nodes: ['c'] }), {
    ok: false,
    text: 'deletion failed: node c is not dead, b hears it',
  });
});
