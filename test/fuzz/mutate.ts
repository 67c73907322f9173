/** Changes packets as a bad line, a bug or an attacker could. */
import { deflateSync } from 'node:zlib';
import type { PreparedKeys } from '../../src/wire/digest.js';
import { type Field, type FieldType, message } from '../../src/wire/message.js';
import { encodeNetstring, encodeSignature } from '../../src/wire/netstring.js';
import { writePacket } from '../../src/wire/packet.js';
import { encodeStringForm } from '../../src/wire/string-form.js';
import type { Prng } from '../support/prng.js';

/** Bytes with some to many changes. */
export function mutateBytes(packet: Buffer, other: Buffer, dice: Prng): Buffer {
  const at = dice.below(packet.length);
  const length = dice.below(packet.length - at) + 1;
  switch (dice.below(7)) {
    case 0: {
      const flipped = Buffer.from(packet);
      flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << dice.below(8)), at);
      return flipped;
    }
    case 1:
      return packet.subarray(0, at);
    case 2:
      return Buffer.concat([packet, other.subarray(0, dice.below(8))]);
    case 3:
      return Buffer.concat([packet.subarray(0, at), packet.subarray(at + length)]);
    case 4:
      return Buffer.concat([packet.subarray(0, at + length), packet.subarray(at)]);
    case 5:
      return Buffer.concat([packet.subarray(0, at), other.subarray(dice.below(other.length))]);
    default: {
      const noise = Buffer.from(packet);
      for (let n = dice.below(6) + 1; n > 0; n--) noise.writeUInt8(dice.below(256), dice.below(noise.length));
      return noise;
    }
  }
}

/** Names of fields that mean something to somebody. */
const names = [
  't st dt protocol src srcuuid dest destuuid seq hg ts ttl ld auth firstseq lastseq ackseq info node nodelist',
  'delnodelist rsc_hold rtype isstable ipaddr weown ok result num_ping from_id to_id sy syphase syheard syview syclaims syfailed',
  'syreleasing sydirectives sydigest _compressed_payload _compression_algorithm __proto__ constructor',
]
  .join(' ')
  .split(' ');
const types = [
  'status shutdone starting resource ask_resources hb_takeover ip-request ip-request-resp reqnodes repnodes stonith',
  'NS_st NS_ackmsg NS_rexmit NS_nak_rexmit addnode delnode setweight setsite hbapi-clstat num_ping_nodes toString',
]
  .join(' ')
  .split(' ');
const values = [
  ...[
    '',
    '0',
    '1',
    '-1',
    '2',
    'ffffffff',
    'fffffffffffff',
    'ffffffffffffffffff',
    '1e9',
    ' ',
    '\0',
    '\n',
    '=',
    ',',
    '%%%\n',
  ],
  ...[
    'none',
    'local',
    'foreign',
    'all',
    'me',
    'other',
    'done',
    'not',
    'shutdown',
    'mach_down',
    'standby',
    'active',
    'up',
    'init',
    'dead',
  ],
  ...['node1', 'node2', 'node3', 'NODE2', 'node1 node2 ', 'toString', '__proto__', 'node2:1:1:eth0', 'node1:1 node2:1'],
  ...[
    'standby/node1=on@ffffffffffff@z',
    'standby/x=on@3@y',
    'move/x=node2@4@q',
    'cleanup/y=now@9@z',
    'G:1:r G:ffffffffffffffffffff:s',
  ],
];

/** One of the values, a long one, or noise. */
function value(dice: Prng): string {
  const kind = dice.below(20);
  if (kind === 0) return 'word:1:w '.repeat(dice.below(3000));
  if (kind === 1) return `standby/${dice.below(1e9)}=on@${dice.below(99)}@q `.repeat(dice.below(200));
  if (kind < 5) return Buffer.from(Array.from({ length: dice.below(40) }, () => dice.below(256))).toString('latin1');
  return pick(values, dice);
}

/** What a field of our own could say to do the most harm. */
const harms: Readonly<Record<string, (dice: Prng) => string>> = {
  sydirectives: (dice) => {
    const order = (n: number) =>
      `${pick(['standby', 'move', 'cleanup'], dice)}/${n}=x@${dice.below(2 ** 31).toString(16)}@z`;
    return Array.from({ length: dice.below(500) }, () => order(dice.below(1e9))).join(' ');
  },
  syclaims: (dice) => `${'f'.repeat(dice.below(300))}:${'f'.repeat(dice.below(300))}:r`,
  syheard: (dice) =>
    Array.from({ length: dice.below(300) }, (_, n) => `node${n}:${'f'.repeat(dice.below(20))}:1:eth0`).join(' '),
  syview: (dice) => Array.from({ length: dice.below(300) }, (_, n) => `node${n}:1`).join(' '),
  srcuuid: (dice) => 'u'.repeat(dice.below(5000)),
  nodelist: (dice) => Array.from({ length: dice.below(300) }, (_, n) => `node${n}`).join(' '),
};

function pick<T>(list: readonly T[], dice: Prng): T {
  return list[dice.below(list.length)] as T;
}

/** What may change a message without which nothing more of its sender is heard: kept as it is when asked for. */
const vital = new Set(['hg', 'seq', 'src']);

/** Fields with some of them changed, gone, doubled, moved or new. `gentle` leaves sender, generation and number alone. */
export function mutateFields(fields: readonly Field[], dice: Prng, gentle: boolean): Field[] {
  const result = [...fields];
  for (let n = dice.below(3) + 1; n > 0; n--) mutateOne(result, dice, gentle);
  return result;
}

function mutateOne(fields: Field[], dice: Prng, gentle: boolean): void {
  const at = dice.below(Math.max(1, fields.length));
  const field = fields[at];
  if (field === undefined || (gentle && vital.has(field.name))) return;
  switch (dice.below(9)) {
    case 0:
      fields.splice(at, 1);
      return;
    case 1:
      fields.push(field);
      return;
    case 2:
      fields.unshift(...fields.splice(at, 1));
      return;
    case 3:
      fields[at] = { ...field, type: dice.below(5) as FieldType };
      return;
    case 4:
      fields.push({ name: pick(names, dice), type: 0, value: value(dice) });
      return;
    case 5:
      fields[at] = { ...field, value: mutateText(field.value, dice) };
      return;
    case 6:
      if (field.name === 't') fields[at] = { ...field, value: pick(types, dice) };
      return;
    default: {
      const harm = Object.hasOwn(harms, field.name) && dice.below(2) === 0 ? harms[field.name] : undefined;
      fields[at] = { ...field, value: (harm ?? value)(dice) };
    }
  }
}

/** One character, or one word, is another. */
function mutateText(text: string, dice: Prng): string {
  if (text === '') return 'x';
  const at = dice.below(text.length);
  const sign = pick([...'0123456789abcdef:@/= ,\0\n\xff'], dice);
  return dice.below(2) === 0
    ? text.slice(0, at) + sign + text.slice(at + 1)
    : text.slice(0, at) + sign + text.slice(at);
}

/** The message, rightly signed, in any of the forms: some of them damaged before they were signed, some compressed. */
export function signed(fields: readonly Field[], keys: PreparedKeys, dice: Prng): Buffer {
  const body = encodeNetstring(fields.filter(({ name }) => name !== ''));
  const form = dice.below(12);
  if (form === 0) return signBody(mutateBytes(Buffer.from(body, 'latin1'), Buffer.from(body, 'latin1'), dice), keys);
  if (form === 1) return signBody(Buffer.from(compressed(body, dice), 'latin1'), keys);
  if (form === 2) return signLines(fields, keys, dice);
  if (form < 6) return Buffer.from(writeOr(fields, 'classic', keys));
  if (form < 8) return Buffer.from(writeOr(fields, 'string', keys));
  return signBody(Buffer.from(body, 'latin1'), keys);
}

/** Some fields cannot be written in every form. */
function writeOr(fields: readonly Field[], form: 'classic' | 'string', keys: PreparedKeys): Uint8Array {
  try {
    return writePacket(message(fields), { form, keys });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return writePacket(message(fields), { form: 'netstring', keys });
  }
}

function signBody(body: Buffer, { active, signing }: PreparedKeys): Buffer {
  return Buffer.concat([body, Buffer.from(encodeSignature(`${active} ${signing.digest(body)}`), 'latin1')]);
}

/** String form with lines that nobody checked, rightly signed. */
function signLines(fields: readonly Field[], { active, signing }: PreparedKeys, dice: Prng): Buffer {
  const lines = fields.map(({ name, value: text }) => `${name}=${text}\n`).join('');
  const damaged = dice.below(2) === 0 ? lines : lines.slice(dice.below(lines.length + 1));
  const auth = `auth=${active} ${signing.digest(Buffer.from(damaged, 'latin1'))}\n`;
  return Buffer.from(encodeStringForm(damaged + auth), 'latin1');
}

/** A bomb now and then. */
function compressed(body: string, dice: Prng): string {
  const bomb = dice.below(50) === 0;
  const packed = deflateSync(bomb ? Buffer.alloc(8 * 2 ** 20, 'x') : Buffer.from(body, 'latin1'));
  const payload = dice.below(3) === 0 ? mutateBytes(packed, packed, dice) : packed;
  return encodeNetstring([
    { name: '_compressed_payload', type: 1, value: payload.toString('latin1') },
    { name: '_compression_algorithm', type: 0, value: dice.below(10) === 0 ? 'bz2' : 'zlib' },
  ]);
}
