import { readFileSync } from 'node:fs';
import t from 'tap';
import { keepMemorySmall, textMappings } from '../../../src/io/kernel/memory.js';

const maps = `00400000-00be8000 r--p 00000000 fe:00 131 /usr/bin/node
00be9000-00bea000 r-xp 007e8000 fe:00 131 /usr/bin/node
00bea000-02b3d000 r-xp 007e9000 fe:00 131 /usr/bin/node
05a2b000-05a2e000 rw-p 0562a000 fe:00 131 /usr/bin/node
7f0000000000-7f0000001000 r-xp 00000000 fe:00 77 /usr/lib/libc.so.6
7f0000002000-7f0000003000 r-xp 00000000 00:00 0
`;

t.test('only executable mappings of the program itself, whatever else there is', async (t) => {
  t.same(textMappings(maps, '/usr/bin/node'), [
    { start: 0xbe9000n, length: 0x1000 },
    { start: 0xbea000n, length: 0x1f53000 },
  ]);
  t.same(textMappings(maps, '/usr/bin/other'), []);
  t.same(textMappings('', '/usr/bin/node'), []);
});

t.test('giving back makes the process smaller, and it goes on', async (t) => {
  const residentKb = () => Number(/^Rss:\s+(\d+)/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'))?.[1]);
  const memory = keepMemorySmall();
  const before = residentKb();
  await memory.giveBack();
  const after = residentKb();
  t.comment(`${before} kB before, ${after} kB after`);
  t.ok(after < before);
  t.equal(JSON.stringify({ still: ['here'] }), '{"still":["here"]}');
});
