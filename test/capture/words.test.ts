import { deflateSync } from 'node:zlib';
import t from 'tap';
import { readCaptured } from '../../src/capture/reading.js';
import { describeMessage } from '../../src/capture/words.js';
import { type Field, message, textMessage } from '../../src/wire/message.js';
import { encodeNetstring } from '../../src/wire/netstring.js';
import { announce, announcementFields, claims, hears } from '../support/announcement.js';
import { pcapCaptures, serialCaptures } from '../support/captures.js';

const groups = new Map([['G1', 'IPaddr2::10.0.0.1']]);
const say = (fields: Record<string, string>) => describeMessage(textMessage(fields), { groups });

t.test('each type in words', async (t) => {
  for (const [fields, words] of [
    [{ t: 'status', st: 'active', dt: 'fa0', protocol: '1' }, 'active, dead after 4000 ms'],
    [{ t: 'status', st: 'up' }, 'up, no protocol version (an old Heartbeat)'],
    [{ t: 'NS_st', st: 'ping', src: '10.0.0.254', info: 'ping' }, 'to ping node 10.0.0.254 and back (ping)'],
    [{ t: 'NS_ackmsg', dest: 'b', ackseq: '1f' }, 'tells b: heard everything up to seq 31'],
    [{ t: 'NS_rexmit', dest: 'b', firstseq: '34', lastseq: '34' }, 'asks b for seq 34'],
    [{ t: 'NS_rexmit', dest: 'b', firstseq: '34', lastseq: '36' }, 'asks b for seq 34 to 36'],
    [{ t: 'NS_rexmit', dest: 'b', firstseq: '3', lastseq: '2' }, 'asks b for seq 3 to 2, which is none'],
    [
      { t: 'NS_nak_rexmit', dest: 'b', firstseq: '22', info: 'seqno too low' },
      'cannot send seq 34 again for b: seqno too low',
    ],
    [{ t: 'repnodes', dest: 'b', nodelist: 'a b ', delnodelist: ' ' }, 'tells b the nodes: a b; removed: none'],
    [{ t: 'resource', rsc_hold: 'local', isstable: '1' }, 'holds local (its own), stable'],
    [{ t: 'resource', rsc_hold: 'none', isstable: '0', info: 'shutdown' }, 'holds none, not stable: shutdown'],
    [{ t: 'resource', rsc_hold: 'foreign', info: 'mach_down' }, "holds foreign (the other node's): mach_down"],
    [{ t: 'resource', rsc_hold: 'toString' }, 'holds toString'],
    [{ t: 'ask_resources', rsc_hold: 'all', info: 'me' }, 'standby: wants to give all (info me)'],
    [{ t: 'ask_resources', rsc_hold: 'all', info: '??' }, 'standby: says ?? about all (info ??)'],
    [{ t: 'ip-request-resp', dest: 'b', ipaddr: 'X', ok: 'OK' }, 'tells b: group X may be started there'],
    [{ t: 'ip-request-resp', dest: 'b', ipaddr: 'X' }, 'tells b: group X is refused (?)'],
    [{ t: 'stonith', node: 'b', result: 'n_stnth' }, 'fencing of b: n_stnth (no device is configured)'],
    [{ t: 'shutdone', st: 'dead' }, 'has given everything up and goes'],
    [{ t: 'my_own', src: 'a', seq: '1', x: 'y', z: '1' }, 'x=y z=1'],
    [{ t: 'constructor' }, 'nothing else'],
    [{ src: 'a' }, 'nothing else'],
  ] as const) {
    t.equal(say(fields as Record<string, string>), words);
  }
});

t.test('what a systole node adds', async (t) => {
  const full = announce({
    heard: hears('b 2', 'c'),
    view: 'a:1 b:2',
    claims: claims('G1 started 2', 'G2 wanted'),
    failures: new Set(['G1']),
    releasing: ['c'],
    directives: 'move/G1=b!@2@a standby/c=on@1@a standby/b=@3@b',
    digest: 'abc',
  });
  const words = say({ t: 'status', st: 'active', protocol: '1', ...announcementFields(full), synew: '7' });
  t.equal(
    words,
    'active; ready; hears b on eth0, c on eth0; view a, b; wants G2; runs IPaddr2::10.0.0.1; start failed: IPaddr2::10.0.0.1; ' +
      'gives c time to stop; orders: move IPaddr2::10.0.0.1 to b (done), standby c, no standby b; configuration abc; synew=7',
  );
  const bare = say({
    t: 'status',
    st: 'up',
    protocol: '1',
    ...announcementFields(announce({ phase: 'probing', digest: '' })),
  });
  t.equal(bare, 'up; finds out what runs there; hears nobody');
});

t.test('messages in messages, lists, binary and compressed fields', async (t) => {
  const inner: Field[] = [{ name: 'a', type: 0, value: 'b' }];
  const nested = encodeNetstring(inner);
  const fields: Field[] = [
    { name: 't', type: 0, value: 'crm' },
    { name: 'bin', type: 1, value: '\0\xff' },
    { name: 'struct', type: 2, value: nested },
    { name: 'list', type: 3, value: '1:x,2:yz,' },
    { name: 'bad', type: 3, value: 'x' },
    { name: 'packed', type: 4, value: deflateSync(Buffer.from(nested)).toString('latin1') },
    { name: '_compression_algorithm', type: 0, value: 'zlib' },
  ];
  t.equal(
    describeMessage(message(fields), { groups }),
    'bin=00ff struct={a=b} list=[x, yz] bad=a damaged list packed={a=b}',
  );
  const bz2 = fields.map((field) => (field.name === '_compression_algorithm' ? { ...field, value: 'bz2' } : field));
  t.match(
    describeMessage(message(bz2), { groups }),
    /packed=\{A message is compressed with bz2, which is not read here/,
  );
  let deep = nested;
  for (let depth = 0; depth < 50; depth++) deep = encodeNetstring([{ name: 's', type: 2, value: deep }]);
  const words = describeMessage(message([{ name: 's', type: 2, value: deep }]), { groups });
  t.match(words, /^s=(\{s=){8}\{\d+ bytes\}{9}$/, 'not deeper than is useful');
});

t.test('nothing in a packet begins a line, moves the cursor or goes on for ever', async (t) => {
  const evil = '\x1b[2J\n\r\x07\x9b'.repeat(100);
  const names =
    't st dest ackseq firstseq lastseq nodelist rsc_hold info ipaddr ok node result from_id sy syheard syview';
  const types =
    'status NS_rexmit NS_ackmsg NS_nak_rexmit repnodes resource ask_resources ip-request-resp stonith other';
  for (const type of types.split(' ')) {
    const fields = Object.fromEntries(names.split(' ').map((name) => [name, evil]));
    const words = say({ ...fields, [evil]: evil, t: type });
    t.ok(/^[ -~]{1,4003}$/.test(words), type);
  }
});

t.test('everything captured from real nodes has words', async (t) => {
  for (const { packets, auth, keys, name } of [...pcapCaptures(), ...serialCaptures()]) {
    t.equal(auth.active, 1);
    const odd = packets.filter((packet) => {
      const reading = readCaptured(packet, keys);
      return !reading.ok || /\?|nothing else|=/.test(describeMessage(reading.message, { groups }));
    });
    t.same(odd, [], name);
  }
});
