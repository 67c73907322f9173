/** A part of the mixed matrix that takes a few minutes; `npm run test:interop` plays the whole. */
import t from 'tap';
import { limitMs, playInTest } from './cells-in-test.js';

t.setTimeout(limitMs);

t.test('systole on a, Heartbeat on b', (t) =>
  playInTest(t, 'systole+heartbeat/ucast/sha1/on', [
    'start-together',
    'power-off-a',
    'power-off-b',
    'standby-a',
    'partition',
    'reload-b',
  ]),
);

t.test('Heartbeat on a, systole on b', (t) =>
  playInTest(t, 'heartbeat+systole/bcast/md5/off', ['start-together', 'stop-a', 'stop-b', 'takeover-a', 'takeover-b']),
);

t.test('mcast, crc, auto_failback legacy', (t) =>
  playInTest(t, 'heartbeat+systole/mcast/crc/legacy', ['start-together', 'restart-b']),
);

t.test('one null modem at 19200 baud, with noise', (t) =>
  playInTest(t, 'heartbeat+systole/serial/sha1/on', ['start-together', 'loss']),
);
