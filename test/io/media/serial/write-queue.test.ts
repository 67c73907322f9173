import t from 'tap';
import { WriteQueue } from '../../../../src/io/media/serial/write-queue.js';

const packet = (type: string, seq: number | null, fields = '', generation = 1): Uint8Array =>
  Buffer.from(
    `>>>\nt=${type}\n${fields}src=a\n${seq === null ? '' : `seq=${seq.toString(16)}\n`}hg=${generation}\nts=1\n<<<\n`,
  );

/** Everything that waits, as "type number". */
function drained(queue: WriteQueue): string[] {
  const found: string[] = [];
  for (let next = queue.next(); next !== null; next = queue.next()) {
    const [, type, seq = ''] = /^>>>\nt=(\w+)\n(?:.*\n)*?src=a\n(?:seq=(\w+)\n)?/.exec(String(next)) ?? [];
    found.push(`${type} ${seq}`.trim());
  }
  return found;
}

t.test('a newer heartbeat takes the place of an older one', async (t) => {
  const queue = new WriteQueue();
  for (let seq = 1; seq <= 9; seq++) queue.add(packet('status', seq));
  t.same(drained(queue), ['status 9']);
  t.match(queue.counters, { replaced: 8, dropped: 0 });
  t.ok(queue.isEmpty);
});

t.test('an older one that a peer asked for takes nobody’s place', async (t) => {
  const queue = new WriteQueue();
  queue.add(packet('status', 9));
  queue.add(packet('status', 7));
  queue.add(packet('status', 7));
  queue.add(packet('status', 10));
  t.same(drained(queue), ['status a', 'status 7']);
});

t.test('numbers begin anew with a generation', async (t) => {
  const queue = new WriteQueue();
  queue.add(packet('status', 9));
  queue.add(packet('status', 1, '', 2));
  t.same(drained(queue), ['status 1']);
});

t.test('heartbeats and the rest take turns', async (t) => {
  const queue = new WriteQueue();
  for (let seq = 1; seq <= 3; seq++) queue.add(packet('resource', seq));
  const order: string[] = [];
  for (let seq = 4; seq <= 6; seq++) {
    queue.add(packet('status', seq));
    order.push(/t=\w+/.exec(String(queue.next()))?.[0] ?? '');
  }
  t.same(order, ['t=status', 't=resource', 't=status']);
});

t.test('the same request again waits once', async (t) => {
  const queue = new WriteQueue();
  for (let count = 0; count < 5; count++) {
    queue.add(packet('NS_rexmit', null, 'firstseq=3\n'));
    queue.add(packet('NS_rexmit', null, 'firstseq=4\n'));
  }
  t.same(drained(queue), ['NS_rexmit', 'NS_rexmit']);
});

t.test('after a farewell no heartbeat is written any more', async (t) => {
  const queue = new WriteQueue();
  queue.add(packet('status', 1));
  queue.add(packet('shutdone', 2));
  t.same(drained(queue), ['shutdone 2']);
});

t.test('what waits is bounded: the oldest goes', async (t) => {
  const queue = new WriteQueue();
  for (let seq = 1; seq <= 1000; seq++) queue.add(packet('resource', seq, `fill=${'x'.repeat(1000)}\n`));
  const left = drained(queue);
  t.ok(left.length > 5 && left.length <= 16, `${left.length} packets of 1 KB`);
  t.equal(left.at(-1), 'resource 3e8');
  t.equal(queue.counters.dropped, 1000 - left.length);
  queue.add(packet('status', 1));
  queue.add(packet('resource', 2));
  queue.clear();
  t.ok(queue.isEmpty);
});
