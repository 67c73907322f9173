/** Third stage of reading: only what carries a right signature becomes `Trusted`. */
import { timingSafeEqual } from 'node:crypto';
import type { Decoded } from './decode.js';
import { fitsMethod, type PreparedKeys } from './digest.js';
import type { Message, Trusted } from './message.js';
import { type Refusal, refuse } from './refusal.js';

/** Key number (0 to 15, without leading zero), one space, digest. */
const signatureForm = /^(\d|1[0-5]) ([0-9a-f]{1,128})$/;

/**
 * Checks the signature that counts in the packet's form (the outer one of netstring form, `auth` of string form) with
 * the key whose number the packet names: method and secret. (Heartbeat 3.0.6 checks the netstring form with the secret of its
 * own active key instead, so it and we agree as long as all nodes sign with the same key.) Digests are compared
 * in constant time. Refuses `unsigned`, `malformed`, `unknownKey`, `wrongMethod` and `badSignature`.
 */
export function authenticate(
  { message, signed, signature }: Decoded,
  keys: PreparedKeys,
): { readonly ok: true; readonly message: Trusted<Message>; readonly key: number } | Refusal {
  if (signature === null) return refuse('unsigned', 'A packet carries no signature.');
  const parts = signatureForm.exec(signature);
  if (parts === null) return refuse('malformed', 'The signature of a packet is not a key number and a digest.');
  const [, number, digest = ''] = parts;
  const key = keys.keys.get(Number(number));
  if (key === undefined)
    return refuse('unknownKey', `A packet is signed with key ${number}, which is not in authkeys.`);
  if (!fitsMethod(key.method, digest.length)) {
    return refuse('wrongMethod', `A packet is signed with key ${number}, but not by its method ${key.method}.`);
  }
  if (!sameText(digest, key.digest(signed))) {
    return refuse('badSignature', `The signature of a packet with key ${number} (${key.method}) is wrong.`);
  }
  return { ok: true, message: message as Trusted<Message>, key: Number(number) };
}

/** Compares without telling by its duration how much was right. The length is no secret: the method gives it. */
function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1'));
}
