/** Mutated packets against the whole core; `npm run fuzz` does the same a million times. */
import t from 'tap';
import { fuzz } from './run.js';

const seed = 20_000;
const packets = 12_000;

t.test(`mutated packets crash nothing and change nothing that they should not (seed ${seed})`, async (t) => {
  const report = await fuzz({ seed, packets });
  t.same(report.findings, []);
  t.comment(JSON.stringify(report));
  const { outcomes, counters, effects, heapBytes, medianUs } = report;
  t.equal(
    Object.values(outcomes).reduce((sum, count) => sum + count, 0),
    packets,
  );
  for (const outcome of [
    'believed',
    'malformed',
    'badSignature',
    'wrongMethod',
    'unknown node',
    'incomplete',
    'compressed',
  ]) {
    t.ok((outcomes[outcome] ?? 0) > 20, `${outcome} occurs: ${outcomes[outcome]}`);
  }
  for (const name of ['resent', 'duplicates', 'lost', 'refused.replay'])
    t.ok((counters[name] ?? 0) > 0, `${name} occurs`);
  t.ok((effects.run ?? 0) > 20, 'the cores start and stop things meanwhile');
  t.ok(heapBytes.last < heapBytes.first * 2, `memory stays: ${heapBytes.first} to ${heapBytes.last} bytes`);
  t.ok(medianUs.last < medianUs.first * 4, `time of a packet stays: ${medianUs.first} to ${medianUs.last} us`);
  t.ok(report.slow < packets / 100, `${report.slow} packets took more than 200 times the median`);
});
