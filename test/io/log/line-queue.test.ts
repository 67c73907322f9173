import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { createLineQueue } from '../../../src/io/log/line-queue.js';

/** A target that takes what it is told to: 'all', one byte at a time, or nothing. */
function fakeTarget() {
  const target = {
    mode: 'all' as 'all' | 'byte' | 'fail',
    text: '',
    writes: 0,
    async write(bytes: Buffer): Promise<number> {
      target.writes += 1;
      await sleep(1);
      if (target.mode === 'fail') throw new Error('no space left on device');
      const part = target.mode === 'byte' ? bytes.subarray(0, 1) : bytes;
      target.text += part.toString();
      return part.length;
    },
  };
  return target;
}

async function until(condition: () => boolean): Promise<void> {
  const limit = performance.now() + 10_000;
  while (!condition() && performance.now() < limit) await sleep(2);
}

const lostLine = (count: number, reason: string) => `lost ${count}: ${reason}\n`;

t.test('lines are written in order, many in one write, also when a write takes only a part', async (t) => {
  const target = fakeTarget();
  const queue = createLineQueue({ target, maxQueuedCharacters: 1000, retryMs: 5, lostLine, onTrouble: () => {} });
  queue.push('one\n');
  queue.push('two\n');
  queue.push('three\n');
  await queue.drained();
  t.equal(target.text, 'one\ntwo\nthree\n');
  t.equal(target.writes, 2, 'the first alone, then all that had come meanwhile');
  target.mode = 'byte';
  queue.push('four\n');
  await queue.drained();
  t.match(target.text, /three\nfour\n$/);
  queue.close();
});

t.test('a failure keeps what fits, counts the rest, and tells both once it is over', async (t) => {
  const target = fakeTarget();
  const trouble: (string | null)[] = [];
  const queue = createLineQueue({
    target,
    maxQueuedCharacters: 20,
    retryMs: 5,
    lostLine,
    onTrouble: (reason) => trouble.push(reason),
  });
  target.mode = 'fail';
  for (let number = 0; number < 10; number += 1) queue.push(`line ${number}\n`);
  await until(() => target.writes > 2);
  await queue.drained();
  t.pass('drained does not wait for a target that fails');
  t.same(trouble, ['no space left on device'], 'told once, not at every try');
  const { lost } = queue;
  t.ok(lost >= 6 && lost < 10);
  target.mode = 'all';
  await until(() => trouble.length === 2);
  queue.push('after\n');
  await until(() => target.text.includes('after'));
  t.equal(trouble[1], null);
  t.match(
    target.text,
    new RegExp(`^line 0\\nline 1\\n(line \\d\\n)*lost ${lost}: no space left on device\\nafter\\n$`),
  );
  queue.close();
});
