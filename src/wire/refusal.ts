/** Why a packet is not listened to. Every stage of reading refuses with one of these, and never throws. */

/**
 * `garbage`: does not begin like a message of either form. `tooBig`: longer than any packet may be. `malformed`:
 * begins like a message, but its framing or a field is damaged. `unsigned`: carries no signature. `unknownKey`: signed
 * with a key number that our authkeys does not have. `wrongMethod`: the digest cannot be one of that key's method (its
 * length does not fit). `badSignature`: the digest is another than ours: wrong secret, or changed on the way.
 * `compressed`: rightly signed, but compressed by a method that is not read here.
 */
export type RefusalReason =
  | 'garbage'
  | 'tooBig'
  | 'malformed'
  | 'unsigned'
  | 'unknownKey'
  | 'wrongMethod'
  | 'badSignature'
  | 'compressed';

/** A packet refused. `text` is one plain sentence for the log; it quotes no bytes of the packet beyond short numbers. */
export interface Refusal {
  readonly ok: false;
  readonly reason: RefusalReason;
  readonly text: string;
}

/** Makes a refusal. */
export function refuse(reason: RefusalReason, text: string): Refusal {
  return { ok: false, reason, text };
}
