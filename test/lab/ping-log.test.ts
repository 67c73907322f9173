import t from 'tap';
import {
  firstAnswers,
  handovers,
  longestGaps,
  oldAfterNew,
  readRecords,
  recordBytes,
  writeRecord,
} from './ping-log.js';

const millisecond = 1e6;

/** Rows of [at in ms, address, ttl], written and read as the pinging process hands them over. */
function logOf(rows: readonly (readonly [number, number, number])[]) {
  const bytes = Buffer.alloc(rows.length * recordBytes);
  for (const [index, [at, address, ttl]] of rows.entries()) {
    writeRecord(bytes, index * recordBytes, { atNs: at * millisecond, sequence: index, address, ttl });
  }
  return readRecords(bytes, { addresses: ['first', 'second'], roundMs: 5, worstLatenessMs: 0, refused: 0 });
}

const takeover = logOf([
  [0, 0, 101],
  [1, 1, 101],
  [5, 0, 101],
  [60, 0, 102],
  [80, 1, 102],
  [160, 0, 102],
]);

t.match(handovers(takeover, { oldTtl: 101, newTtl: 102 }), [
  { address: 'first', ms: 55 },
  { address: 'second', ms: 79 },
]);
t.match(
  longestGaps(takeover),
  [
    { ms: 100, before: 102, after: 102 },
    { ms: 79, before: 101, after: 102 },
  ],
  'a silence after the takeover counts too',
);
t.same(firstAnswers(takeover, 102, 0), [60 * millisecond, 80 * millisecond]);
t.same(firstAnswers(takeover, 102, 100 * millisecond), [160 * millisecond, null]);
t.equal(oldAfterNew(takeover, { oldTtl: 101, newTtl: 102 }), 0);

const two = logOf([
  [0, 0, 101],
  [5, 0, 102],
  [6, 0, 101],
  [7, 0, 101],
  [8, 1, 101],
]);
t.equal(oldAfterNew(two, { oldTtl: 101, newTtl: 102 }), 2, 'two answers of the old owner after the first of the new');
t.same(handovers(two, { oldTtl: 101, newTtl: 102 })[1], null, 'an address that did not change hands');
t.same(longestGaps(two)[1], null, 'one answer makes no gap');
