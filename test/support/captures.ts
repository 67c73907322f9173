/** What real Heartbeat 3.0.6 nodes said to each other, with the keys they used. */
import { readdirSync, readFileSync } from 'node:fs';
import type { AuthKeys, AuthMethod } from '../../src/config/types.js';
import { type PreparedKeys, prepareKeys } from '../../src/wire/digest.js';
import { testdata } from './paths.js';
import { pcapPayloads } from './pcap.js';

export interface Capture {
  readonly name: string;
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
  return capturesOf(/\.pcap$/, pcapPayloads);
}

/** All messages seen on serial lines; the line may have been cut off in the last one. */
export function serialCaptures(): Capture[] {
  return capturesOf(/\.raw$/, (file) =>
    (file.toString('latin1').match(/>>>\n[^<]*<<<\n/g) ?? []).map((text) => Buffer.from(text, 'latin1')),
  );
}

function capturesOf(pattern: RegExp, read: (file: Buffer) => Buffer[]): Capture[] {
  const names = readdirSync(folder).filter((name) => pattern.test(name));
  return names.map((name) => ({ name, keys: keysOf(name), packets: read(readFileSync(folder + name)) }));
}

/** The laboratory's configuration beside each capture ends with the line of its authkeys. */
function keysOf(capture: string): PreparedKeys {
  const text = readFileSync(`${folder}${capture.split('.')[0]}.conf`, 'utf8');
  const [, number, method, secret] = /^authkeys: (\d+) (\w+) ?(\w+)?$/m.exec(text) ?? [];
  return prepareKeys(oneKey(method as AuthMethod, secret ?? null, Number(number)));
}
