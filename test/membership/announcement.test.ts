import t from 'tap';
import {
  type Announcement,
  AnnouncementReader,
  incarnation,
  sameAnnouncement,
} from '../../src/membership/announcement.js';
import { textMessage } from '../../src/wire/message.js';
import { announce, announcementFields, claims, hears, reaches } from '../support/announcement.js';

const full: Announcement = {
  phase: 'leaving',
  heard: new Map([
    ['b', { generation: 17, seq: 255, links: ['eth0', 'eth1'] }],
    ['c', { generation: 1, seq: 1, links: [] }],
  ]),
  view: 'a:1 b:11',
  claims: claims('G wanted 10', 'H blocked'),
  failures: new Set(['F', 'G']),
  doubts: new Set(['H']),
  releasing: ['d', 'e'],
  connectivity: reaches('+10.0.0.254 ?2001:db8::1 -gw'),
  health: [
    { check: 'disk', state: 'failed', weight: 10 },
    { check: 'a.b-c', state: 'doubtful', weight: null },
    { check: 'x', state: 'undecided', weight: null },
  ],
  directives: 'standby/a=on@1@b',
  digest: 'abcdefgh',
  nodes: 'a b c',
  nodesKnown: 'd',
  nodesChange: '1f a b c e',
};
const read = (fields: Record<string, string | undefined>) => new AnnouncementReader().read(textMessage(fields));

t.test('what is written is read again', async (t) => {
  for (const announcement of [full, announce()]) {
    t.same(read(announcementFields(announcement)), announcement);
  }
});

t.test('the path of a serial line may have colons', async (t) => {
  const links = ['eth0', '/dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0-port0'];
  const heard = new Map([['b', { generation: 17, seq: 255, links }]]);
  t.same(read(announcementFields({ ...full, heard }))?.heard, heard);
});

t.test('empty parts take no room on the wire', async (t) => {
  t.same(announcementFields(announce()), {
    sy: '1',
    syphase: 'ready',
    sydigest: 'same',
  });
});

t.test('the fields have their documented forms', async (t) => {
  t.match(announcementFields(full), {
    syheard: 'b:11:ff:eth0,eth1 c:1:1:',
    syclaims: 'G:a:w H:1:b',
    syfailed: 'F G',
    syreleasing: 'd e',
    syping: '+10.0.0.254 ?2001:db8::1 -gw',
    syhealth: '-disk:10 ?a.b-c:never .x:never',
  });
});

t.test('a status without our fields comes from a Heartbeat', async (t) => {
  t.equal(read({ t: 'status', st: 'active' }), null);
});

t.test('what cannot be read is nothing, or the careful meaning', async (t) => {
  for (const [fields, expected] of [
    [{}, announce({ phase: 'probing', digest: '' })],
    [{ syphase: 'of a later version' }, { phase: 'probing' }],
    [{ syheard: 'b b: b:1 b:1:1 ::: :1:1:x' }, { heard: new Map() }],
    [{ syheard: 'b:x:y:eth0' }, { heard: new Map([['b', { generation: 0, seq: 0, links: ['eth0'] }]]) }],
    [{ syclaims: '  ' }, { claims: new Map() }],
    [{ syfailed: ' F  ' }, { failures: new Set(['F']) }],
    [{ syping: '!gw +other' }, { connectivity: reaches('?gw +other') }],
    [{ syunknown: 'x', syphase: 'ready' }, { phase: 'ready' }],
  ] as const) {
    t.match(read({ sy: '1', ...fields }), expected, JSON.stringify(fields));
  }
});

t.test('two say the same unless anything but sequence numbers differs', async (t) => {
  const changes: Partial<Announcement>[] = [
    { phase: 'ready' },
    { heard: hears('b 17 255') },
    { heard: new Map([...full.heard, ['c', { generation: 2, seq: 1, links: [] }]]) },
    { heard: new Map([...full.heard, ['c', { generation: 1, seq: 1, links: ['eth0'] }]]) },
    { heard: new Map([...full.heard, ['b', { generation: 17, seq: 255, links: ['eth0', 'eth2'] }]]) },
    { view: 'a:1' },
    { connectivity: reaches('+10.0.0.254 +2001:db8::1 -gw') },
    { health: [] },
    { health: [{ check: 'disk', state: 'doubtful', weight: 10 }] },
    { claims: claims('G wanted 11', 'H blocked') },
    { claims: claims('G starting 10', 'H blocked') },
    { failures: new Set(['F']) },
    { releasing: [] },
    { directives: '' },
    { digest: '' },
  ];
  for (const change of changes) {
    t.notOk(sameAnnouncement({ ...full, ...change }, full), `${Object.keys(change).join()}`);
    t.notOk(sameAnnouncement(full, { ...full, ...change }), `${Object.keys(change).join()}, the other way round`);
  }
  const later = new Map([...full.heard].map(([name, heard]) => [name, { ...heard, seq: heard.seq + 1 }]));
  t.ok(sameAnnouncement({ ...full, heard: later }, full));
  t.ok(sameAnnouncement({ ...full, claims: new Map(full.claims), failures: new Set(full.failures) }, full));
});

t.test('one reader gives what it is told, also when some of it is as before', async (t) => {
  const reader = new AnnouncementReader();
  const told: Announcement[] = [
    full,
    { ...full, heard: hears('c 3 9') },
    { ...full, claims: claims('G started 10') },
    announce(),
    full,
  ];
  for (const one of told) t.same(reader.read(textMessage(announcementFields(one))), one);
});

t.test('an incarnation is named by its hexadecimal generation', async (t) => {
  t.equal(incarnation('node1', 26), 'node1:1a');
});
