import t from 'tap';
import { openLine } from '../../../../src/io/media/serial/line.js';
import { openNullModem } from '../../../support/null-modem.js';

t.test('what comes a few bytes at a time is read in few turns, and all of it', async (t) => {
  const cable = openNullModem(19_200);
  t.teardown(() => cable.close());
  const got: Buffer[] = [];
  const device = cable.ends[0].path;
  const gone: string[] = [];
  const options = { device, baud: 19_200, flowControl: false };
  const line = await openLine({ ...options, onBytes: (bytes) => got.push(bytes), onGone: (text) => gone.push(text) });
  t.teardown(() => line.close());
  const sent = Buffer.from(Array.from({ length: 400 }, (_, i) => 32 + (i % 90)));
  // Four bytes every other millisecond: as a real line brings them.
  for (let at = 0; at < sent.length; at += 4) {
    cable.ends[0].bring(sent.subarray(at, at + 4));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  while (Buffer.concat(got).length < sent.length) await new Promise((resolve) => setTimeout(resolve, 5));
  t.same(Buffer.concat(got), sent);
  t.ok(got.length <= 60, `${got.length} readings of 100 arrivals`);
  t.same(gone, []);
});
