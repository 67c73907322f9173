/** The four ways to sign: Heartbeat's crc, md5 and sha1 (the last two as HMAC, RFC 2104), and our sha256 (HMAC). */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { AuthKey, AuthKeys, AuthMethod } from '../config/types.js';
import { crc } from './crc.js';

/** One key of authkeys, ready for use. */
export interface PreparedKey {
  readonly method: AuthMethod;
  /** Digest of the bytes as Heartbeat writes it: lower-case hexadecimal; a crc without leading zeros. */
  digest(bytes: Uint8Array): string;
}

/** All keys of authkeys, ready for use. */
export interface PreparedKeys {
  /** Number of the key that signs what we send. */
  readonly active: number;
  /** The key of that number. */
  readonly signing: PreparedKey;
  readonly keys: ReadonlyMap<number, PreparedKey>;
}

/**
 * Prepares the keys once, so that a packet costs no key set-up. A secret's bytes are the UTF-8 of its text, as it
 * stands in the file. Throws a RangeError on keys that `config/` would have refused: no active key, or a secret missing.
 */
export function prepareKeys(auth: AuthKeys): PreparedKeys {
  const keys = new Map<number, PreparedKey>();
  for (const [number, key] of auth.keys) keys.set(number, prepareKey(number, key));
  const signing = keys.get(auth.active);
  if (signing === undefined) throw new RangeError(`There is no key ${auth.active}, which is to sign.`);
  return { active: auth.active, signing, keys };
}

function prepareKey(number: number, { method, secret }: AuthKey): PreparedKey {
  if (method === 'crc') return { method, digest: (bytes) => crc(bytes).toString(16) };
  if (secret === null || secret === '') throw new RangeError(`Key ${number} (${method}) has no secret.`);
  const key: KeyObject = createSecretKey(secret, 'utf8');
  return { method, digest: (bytes) => createHmac(method, key).update(bytes).digest('hex') };
}

/** Whether a digest of this many hexadecimal digits can be one of the method; a crc is printed without leading zeros. */
export function fitsMethod(method: AuthMethod, length: number): boolean {
  if (method === 'crc') return length >= 1 && length <= 8;
  return length === digestLength[method];
}

const digestLength: Readonly<Record<Exclude<AuthMethod, 'crc'>, number>> = { md5: 32, sha1: 40, sha256: 64 };
