/** Address resources for tests. */
import type { AddressConfig, ResourceConfig } from '../../../src/config/types.js';
import type { Logger } from '../../../src/io/seams.js';
import { unwatched } from '../../../src/sim/config.js';

/** `10.0.0.5/24/v0`, `fd00::5/64/v0`, or less: what is left out is null. */
export function addressResource(word: string, more: Partial<AddressConfig> = {}): ResourceConfig {
  const [address = '', prefix, device = null] = word.split('/');
  return {
    name: `IPaddr2::${word}`,
    agent: 'IPaddr2',
    args: [word],
    parameters: {},
    class: 'builtin',
    watch: unwatched,
    path: null,
    timeouts: { startMs: 20_000, stopMs: 20_000, statusMs: 20_000, monitorMs: 20_000 },
    address: {
      family: address.includes(':') ? 6 : 4,
      address,
      prefix: prefix === undefined ? null : Number(prefix),
      device,
      label: null,
      broadcast: null,
      ...more,
    },
  };
}

/** A logger that keeps its lines as `level text`. */
export function keepingLogger(lines: string[]): Logger {
  return { log: (level, text) => void lines.push(`${level} ${text}`), close: async () => {} };
}
