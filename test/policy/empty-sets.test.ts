import t from 'tap';
import { heldWord } from '../../src/cli/heartbeat/cluster-words.js';
import type { Command, ResourceSet } from '../../src/events.js';
import { Cores } from '../support/core.js';

/** A pair with one group, of a; what `cl_status rscstatus` says on both nodes. */
function pair(autoFailback: 'on' | 'off') {
  const cores = new Cores({ groups: [{ failback: autoFailback === 'on' }], overrides: { autoFailback } });
  cores.bootAll();
  const words = () => ['a', 'b'].map((name) => heldWord(cores.status(name))).join(' ');
  const after = (node: string, verb: 'standby' | 'takeover', set: ResourceSet) => {
    cores.command(node, { verb, set } satisfies Command);
    cores.run(2000);
    return words();
  };
  return { cores, words, after };
}

// What two Heartbeats 3.0.6 said in the same situations.
for (const failback of ['off', 'on'] as const) {
  t.test(`the set in which there is no group moves as Heartbeat's would, auto_failback ${failback}`, (t) => {
    const { cores, words, after } = pair(failback);
    t.equal(words(), 'local local', 'at the start');
    t.equal(after('a', 'standby', 'all'), 'none all');
    t.equal(after('a', 'takeover', 'all'), 'all none');
    t.equal(after('b', 'takeover', 'all'), 'none all');
    t.equal(after('b', 'standby', 'all'), 'all none');
    t.equal(after('a', 'standby', 'local'), 'foreign foreign');
    t.equal(after('a', 'takeover', 'local'), 'all none');
    t.equal(after('b', 'standby', 'foreign'), 'all none');
    t.equal(after('b', 'takeover', 'local'), 'local local');
    cores.shutdown('b');
    cores.run(10_000);
    t.equal(heldWord(cores.status('a')), 'all');
    cores.boot('b');
    cores.run(5000);
    t.equal(words(), failback === 'on' ? 'local local' : 'all none', 'b is back');
    cores.shutdown('a');
    cores.run(10_000);
    t.equal(heldWord(cores.status('b')), 'all');
    cores.boot('a');
    cores.run(5000);
    t.equal(words(), failback === 'on' ? 'local local' : 'none all', 'a is back');
    t.end();
  });
}

t.test('where all start anew everything is at home', (t) => {
  const { cores, words, after } = pair('off');
  t.equal(after('a', 'takeover', 'all'), 'all none');
  for (const name of ['a', 'b']) cores.crash(name);
  cores.run(1000);
  cores.bootAll();
  cores.run(2000);
  t.equal(words(), 'local local');
  t.end();
});
