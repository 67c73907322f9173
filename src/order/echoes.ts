/**
 * Requests that ping nodes were sent. An echo is what we said ourselves, so it proves something only if we said it just
 * now: a recorded one must not keep a ping node alive.
 */
import type { Milliseconds } from '../events.js';

/** More than are ever on their way within deadping. */
const rememberedMax = 16;

interface Sent {
  readonly at: Milliseconds;
  readonly bytes: Uint8Array;
}

export class Echoes {
  private readonly sent = new Map<string, Sent[]>();
  private readonly freshMs: Milliseconds;

  /** `freshMs`: how long a request may have been on its way; deadping. */
  constructor(freshMs: Milliseconds) {
    this.freshMs = freshMs;
  }

  /** A request leaves now. */
  remember(pingNode: string, bytes: Uint8Array, at: Milliseconds): void {
    const requests = this.sent.get(pingNode) ?? [];
    this.sent.set(pingNode, requests);
    requests.push({ at, bytes });
    if (requests.length > rememberedMax) requests.shift();
  }

  /** When these bytes left for this ping node; null when they never did, or too long ago. */
  askedAt(pingNode: string, bytes: Uint8Array, at: Milliseconds): Milliseconds | null {
    const request = this.sent.get(pingNode)?.find((one) => Buffer.compare(one.bytes, bytes) === 0);
    return request === undefined || at - request.at >= this.freshMs ? null : request.at;
  }
}
