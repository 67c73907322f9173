import t from 'tap';
import { frame, packetLimitBytes } from '../../src/wire/frame.js';

t.test('the first line tells the form', async (t) => {
  t.match(frame(Buffer.from('###\nx')), { ok: true, frame: { form: 'netstring', text: '###\nx' } });
  t.match(frame(Buffer.from('>>>\nx')), { ok: true, frame: { form: 'string', text: '>>>\nx' } });
});

t.test('a part of a larger buffer is only that part', async (t) => {
  const bytes = new Uint8Array(Buffer.from('abc###\nxyz')).subarray(3, 8);
  t.match(frame(bytes), { ok: true, frame: { text: '###\nx' } });
});

t.test('anything else is garbage', async (t) => {
  for (const text of ['', '#', '###', '### ', '##\n#', '<<<\n', ' >>>\n', 'hello', '\0\0\0\0']) {
    const result = frame(Buffer.from(text));
    t.match(result, { ok: false, reason: 'garbage' }, JSON.stringify(text));
  }
  t.match(frame(Buffer.from('abc')), { text: 'A packet of 3 bytes does not begin like a heartbeat message.' });
});

t.test('a packet may be as long as Heartbeat allows', async (t) => {
  const bytes = Buffer.alloc(packetLimitBytes + 1, '###\n');
  t.match(frame(bytes), { ok: false, reason: 'tooBig', text: 'A packet of 262145 bytes is longer than 262144.' });
  t.match(frame(bytes.subarray(1)), { ok: false, reason: 'garbage' });
  t.match(frame(bytes.subarray(0, packetLimitBytes)), { ok: true });
});
