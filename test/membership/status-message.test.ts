import t from 'tap';
import { AnnouncementReader } from '../../src/membership/announcement.js';
import { readStatus } from '../../src/membership/status-message.js';
import { type Message, type Trusted, textMessage } from '../../src/wire/message.js';
import { announce, announcementFields } from '../support/announcement.js';

const read = (fields: Record<string, string | undefined>) =>
  readStatus(textMessage(fields) as Trusted<Message>, new AnnouncementReader());
const good = { t: 'status', st: 'active', hg: '1a', seq: 'ff', dt: 'bb8', srcuuid: 'sixteen bytes...' };

t.test('a status of a Heartbeat', async (t) => {
  t.same(read(good), {
    state: 'active',
    generation: 26,
    seq: 255,
    uuid: 'sixteen bytes...',
    deadtimeMs: 3000,
    announcement: null,
  });
});

t.test('a status of ours says more', async (t) => {
  t.same(read({ ...good, ...announcementFields(announce()) })?.announcement, announce());
});

t.test('what may be missing', async (t) => {
  t.match(read({ ...good, srcuuid: undefined, dt: undefined }), { uuid: null, deadtimeMs: null });
  for (const dt of ['0', 'soon', '-1', '']) t.match(read({ ...good, dt }), { deadtimeMs: null }, `dt=${dt}`);
});

t.test('what must not', async (t) => {
  for (const change of [
    { st: undefined },
    { st: 'dead' },
    { st: 'ping' },
    { st: 'Active' },
    { hg: undefined },
    { hg: 'xyz' },
    { hg: '' },
    { hg: '-1' },
    { hg: '1234567890123' },
    { seq: undefined },
    { seq: '1.5' },
    { seq: ' 1' },
  ]) {
    t.equal(read({ ...good, ...change }), null, JSON.stringify(change));
  }
  for (const st of ['init', 'up', 'active']) t.equal(read({ ...good, st })?.state, st);
});

t.test('a uuid of another length is none', async (t) => {
  for (const srcuuid of ['', 'short', 'x'.repeat(5000)]) t.match(read({ ...good, srcuuid }), { uuid: null });
});
