/** Announces an address three times more, as long as it is held: `announce.js FAMILY ADDRESS INTERFACE [FILE]`. Ends after two seconds. */
import { sleep } from '../io/sleep.js';
import { announcing, pausesMs, stillSo, type While } from './announcing.js';

const [family, address = '', device = '', path] = process.argv.slice(2);
const held = { family: family === '6' ? 6 : 4, address, device } as const;
const until: While = path === undefined ? { kind: 'address' } : { kind: 'file', path };

// Nobody listens: the start that left this process behind has ended, and has announced once itself.
const { once } = announcing({ log: () => {}, close: async () => {} });
for (const ms of pausesMs) {
  await sleep(ms);
  if (!(await stillSo(held, until))) break;
  await once(held);
}
process.exit(0);
