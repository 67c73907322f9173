/** What real Heartbeat 3.0.6 nodes said to each other, with the keys they used. */
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { AuthKeys, AuthMethod } from '../../src/config/types.js';
import { type PreparedKeys, prepareKeys } from '../../src/wire/digest.js';
import { testdata } from './paths.js';
import { pcapPayloads } from './pcap.js';

export interface Capture {
  /** File name, without `.gz`. */
  readonly name: string;
  /** The whole file, unpacked. */
  readonly file: Buffer;
  readonly auth: AuthKeys;
  readonly keys: PreparedKeys;
  readonly packets: readonly Buffer[];
}

const folder = `${testdata}wire/`;

/** One key that signs. */
export function oneKey(method: AuthMethod, secret: string | null, number = 1): AuthKeys {
  return { active: number, keys: new Map([[number, { method, secret }]]) };
}

/** All captured UDP and ICMP packets. */
export function pcapCaptures(): Capture[] {
  return capturesOf(/\.pcap(\.gz)?$/, pcapPayloads);
}

/** All messages seen on serial lines; the line may have been cut off in the last one. */
export function serialCaptures(): Capture[] {
  return capturesOf(/\.raw$/, (file) =>
    (file.toString('latin1').match(/>>>\n[^<]*<<<\n/g) ?? []).map((text) => Buffer.from(text, 'latin1')),
  );
}

function capturesOf(pattern: RegExp, read: (file: Buffer) => Buffer[]): Capture[] {
  const names = readdirSync(folder).filter((name) => pattern.test(name));
  return names.map((name) => {
    const stored = readFileSync(folder + name);
    const file = name.endsWith('.gz') ? gunzipSync(stored) : stored;
    const auth = authOf(name);
    return { name: name.replace(/\.gz$/, ''), file, auth, keys: prepareKeys(auth), packets: read(file) };
  });
}

/** The laboratory's configuration beside each capture ends with the line of its authkeys. */
function authOf(capture: string): AuthKeys {
  const text = readFileSync(`${folder}${capture.split('.')[0]}.conf`, 'utf8');
  const [, number, method, secret] = /^authkeys: (\d+) (\w+) ?(\w+)?$/m.exec(text) ?? [];
  return oneKey(method as AuthMethod, secret ?? null, Number(number));
}
