import t from 'tap';
import { readPacket, writePacket } from '../../src/wire/packet.js';
import { pcapCaptures, serialCaptures } from '../support/captures.js';

for (const { name, keys, packets } of pcapCaptures()) {
  t.test(`${name}: each packet verifies and is written again byte for byte`, async (t) => {
    t.ok(packets.length >= 50, `${packets.length} packets`);
    const wrong = packets.filter((packet) => {
      const read = readPacket(packet, keys);
      if (!read.ok) return true;
      const form = read.message.get('auth') === undefined ? 'netstring' : 'classic';
      return !packet.equals(writePacket(read.message, { form, keys }));
    });
    t.same(wrong, []);
  });
}

for (const { name, keys, packets } of serialCaptures()) {
  t.test(`${name}: each message verifies and is written again byte for byte`, async (t) => {
    t.ok(packets.length >= 50, `${packets.length} messages`);
    const wrong = packets.filter((packet) => {
      const read = readPacket(packet, keys);
      return !read.ok || read.form !== 'string' || !packet.equals(writePacket(read.message, { form: 'string', keys }));
    });
    t.same(wrong, []);
  });
}

t.test('what came over a serial line could have come over UDP', async (t) => {
  for (const { keys, packets } of serialCaptures()) {
    for (const packet of packets) {
      const read = readPacket(packet, keys);
      if (!read.ok) return t.fail(read.text);
      const again = readPacket(writePacket(read.message, { form: 'classic', keys }), keys);
      if (!again.ok) return t.fail(again.text);
      if (JSON.stringify(again.message.fields) !== JSON.stringify(read.message.fields)) return t.fail('fields differ');
    }
  }
  t.pass('all fields the same');
});
