/** The harness on two real Heartbeats: what fails here is the harness's fault or Heartbeat's own. */
import t from 'tap';
import { limitMs, playInTest } from './cells-in-test.js';

t.setTimeout(limitMs);

t.test('two Heartbeats', (t) => playInTest(t, 'heartbeat+heartbeat/ucast/sha1/on', ['start-together', 'standby-a']));
