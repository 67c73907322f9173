import t from 'tap';
import { prepareKeys } from '../../src/wire/digest.js';
import { readPacket, writePacket } from '../../src/wire/packet.js';
import { mutateBytes } from '../fuzz/mutate.js';
import { type Capture, oneKey, pcapCaptures, serialCaptures } from '../support/captures.js';
import { prng } from '../support/prng.js';

const seed = 20_000;
const rounds = 20_000;
const sha1 = prepareKeys(oneKey('sha1', 'fuzz'));

/** Real packets, signed anew with sha1: a crc is no protection against this many changes. */
function packetsSignedWithSha1({ keys, packets }: Capture): Buffer[] {
  return packets.slice(0, 40).map((packet) => {
    const read = readPacket(packet, keys);
    if (!read.ok) throw new Error(read.text);
    const form = read.form === 'string' ? 'string' : read.message.get('auth') === undefined ? 'netstring' : 'classic';
    return Buffer.from(writePacket(read.message, { form, keys: sha1 }));
  });
}

const content = (packet: Buffer) => {
  const read = readPacket(packet, sha1);
  return read.ok ? JSON.stringify(read.message.fields.filter(({ name }) => name !== 'auth')) : null;
};

t.test(`no change of a signed packet is believed (seed ${seed})`, async (t) => {
  const packets = [...pcapCaptures(), ...serialCaptures()].flatMap(packetsSignedWithSha1);
  const known = new Set(packets.map(content));
  const dice = prng(seed);
  const reasons: Record<string, number> = {};
  const pick = () => packets[dice.below(packets.length)] as Buffer;
  for (let round = 0; round < rounds; round++) {
    const mutated = mutateBytes(pick(), pick(), dice);
    const read = readPacket(mutated, sha1);
    const outcome = read.ok ? 'same content' : read.reason;
    reasons[outcome] = (reasons[outcome] ?? 0) + 1;
    if (read.ok && !known.has(content(mutated))) t.fail('a changed packet was believed', { round, mutated });
  }
  t.comment(JSON.stringify(reasons));
  t.ok((reasons.malformed ?? 0) > 1000 && (reasons.badSignature ?? 0) > 1000, 'both kinds of refusal occurred often');
});

t.test('noise is refused', async (t) => {
  const dice = prng(seed);
  for (let round = 0; round < 2000; round++) {
    const start = ['', '###\n', '>>>\n', '###\n8:(0)t=abc,%%%\n', '>>>\nt=a\n'][dice.below(5)] as string;
    const noise = Buffer.from(Array.from({ length: dice.below(200) }, () => dice.below(256)));
    const read = readPacket(Buffer.concat([Buffer.from(start), noise]), sha1);
    if (read.ok) t.fail('noise was believed', { round });
  }
  t.pass('2000 times');
});
