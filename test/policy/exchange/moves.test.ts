import t from 'tap';
import { handshake, MixedPair } from '../../support/mixed-pair.js';

/** Node a beside Heartbeat b, failback off, each with its own group. */
function pair(): MixedPair {
  const bench = new MixedPair({ failback: false });
  bench.start();
  return bench;
}

/** b takes over what a holds of the set, which is `asked` as b sees it. */
function takeOver(bench: MixedPair, asked: string, given: string): string[] {
  const offer = bench.says('hb_takeover', { rsc_hold: asked });
  return handshake([...offer, ...bench.takes(given, 'all')]);
}

t.test('what an operator sent to a Heartbeat is not sent there again when it returns', async (t) => {
  const bench = pair();
  const { cores, heartbeat } = bench;
  t.same(takeOver(bench, 'all', 'local'), ['ask_resources local  me', 'ask_resources local  done']);
  t.same(bench.holders(), ['-', '-']);
  cores.run(10_000);
  t.same(bench.holders(), ['a', 'a'], 'it died, and a has everything');

  heartbeat.restart();
  t.match(bench.start('none').at(-1), /^resource all 1/);
  cores.run(2000);
  t.same(heartbeat.heard('ask_resources'), [], 'with failback off all stays here');
  t.same(bench.holders(), ['a', 'a']);
});

t.test('a second order to the same Heartbeat is an order again', async (t) => {
  const bench = pair();
  takeOver(bench, 'all', 'local');
  // It gives back what it took, by hb_standby over there.
  bench.gives('foreign', 'local');
  t.same(bench.holders(), ['a', '-']);
  t.same(takeOver(bench, 'foreign', 'local'), ['ask_resources local  me', 'ask_resources local  done']);
  t.same(bench.holders(), ['-', '-']);
});
