/** How a node that gave everything up says so before it goes. */
import type { Milliseconds } from '../events.js';

/** While nobody seems to hear it, `shutdone` is said so often, so far apart. */
const wordsMax = 5;
const wordMs = 40;
/** A Heartbeat acts on the first word; for so long it may still ask for packets that it missed. */
const lingerMs = 1000;

/** What to do now: say `shutdone`, send a heartbeat, or go. */
export type FarewellStep =
  | { readonly do: 'shutdone' | 'heartbeat'; readonly nextAt: Milliseconds }
  | { readonly do: 'go' };

export class Farewell {
  private words = 0;
  private since: Milliseconds = 0;

  /** `isHeard`: somebody still says that it hears this node. `legacy`: one of those that do is a Heartbeat. */
  step(
    { isHeard, legacy, keepaliveMs }: { isHeard: boolean; legacy: boolean; keepaliveMs: Milliseconds },
    at: Milliseconds,
  ): FarewellStep {
    if (this.words === 0) {
      this.since = at;
      return this.say(at + (legacy ? Math.min(keepaliveMs, lingerMs) : wordMs));
    }
    if (legacy) {
      // To be told again would make it take everything over again.
      const nextAt = Math.min(at + keepaliveMs, this.since + lingerMs);
      return at >= this.since + lingerMs ? { do: 'go' } : { do: 'heartbeat', nextAt };
    }
    return this.words >= wordsMax || !isHeard ? { do: 'go' } : this.say(at + wordMs);
  }

  private say(nextAt: Milliseconds): FarewellStep {
    this.words += 1;
    return { do: 'shutdone', nextAt };
  }
}
