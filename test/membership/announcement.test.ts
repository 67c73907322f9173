import t from 'tap';
import {
  type Announcement,
  announcementEssence,
  announcementFields,
  incarnation,
  readAnnouncement,
} from '../../src/membership/announcement.js';
import { textMessage } from '../../src/wire/message.js';
import { announce, claims, hears } from '../support/announcement.js';

const full: Announcement = {
  phase: 'leaving',
  heard: new Map([
    ['b', { generation: 17, seq: 255, links: ['eth0', 'eth1'] }],
    ['c', { generation: 1, seq: 1, links: [] }],
  ]),
  view: 'a:1 b:11',
  claims: claims('G wanted 10', 'H blocked'),
  failures: new Set(['F', 'G']),
  releasing: ['d', 'e'],
  directives: 'standby/a=on@1@b',
  digest: 'abcdefgh',
};
const read = (fields: Record<string, string | undefined>) => readAnnouncement(textMessage(fields));

t.test('what is written is read again', async (t) => {
  for (const announcement of [full, announce()]) {
    t.same(read(announcementFields(announcement)), announcement);
  }
});

t.test('empty parts take no room on the wire', async (t) => {
  t.same(announcementFields(announce()), {
    sy: '1',
    syphase: 'ready',
    sydigest: 'same',
    syheard: undefined,
    syview: undefined,
    syclaims: undefined,
    syfailed: undefined,
    syreleasing: undefined,
    sydirectives: undefined,
  });
});

t.test('the fields have their documented forms', async (t) => {
  t.match(announcementFields(full), {
    syheard: 'b:11:ff:eth0,eth1 c:1:1:',
    syclaims: 'G:a:w H:1:b',
    syfailed: 'F G',
    syreleasing: 'd e',
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
    [{ syunknown: 'x', syphase: 'ready' }, { phase: 'ready' }],
  ] as const) {
    t.match(read({ sy: '1', ...fields }), expected, JSON.stringify(fields));
  }
});

t.test('the essence changes with everything but sequence numbers', async (t) => {
  const essence = announcementEssence(full);
  const changes: Partial<Announcement>[] = [
    { phase: 'ready' },
    { heard: hears('b 17 255') },
    { heard: new Map([...full.heard, ['c', { generation: 2, seq: 1, links: [] }]]) },
    { view: 'a:1' },
    { claims: claims('G wanted 11', 'H blocked') },
    { claims: claims('G starting 10', 'H blocked') },
    { failures: new Set(['F']) },
    { releasing: [] },
    { directives: '' },
    { digest: '' },
  ];
  for (const change of changes) {
    t.not(announcementEssence({ ...full, ...change }), essence, Object.keys(change).join());
  }
  const later = new Map([...full.heard].map(([name, heard]) => [name, { ...heard, seq: heard.seq + 1 }]));
  t.equal(announcementEssence({ ...full, heard: later }), essence);
});

t.test('an incarnation is named by its hexadecimal generation', async (t) => {
  t.equal(incarnation('node1', 26), 'node1:1a');
});
