/** Dealings by Heartbeat's two sets of groups: auto_failback on and off. */
import type { GroupConfig } from '../../config/types.js';
import type { Milliseconds } from '../../events.js';
import type { ExchangeMessage } from '../../membership/exchange-message.js';
import type { Dealings, DealingsOutput, DealingsSituation, DealtGroup } from './dealings.js';
import { Exchange, type SetProgress, type SetWish } from './exchange.js';
import type { Assignment } from './holdings.js';
import type { SetName } from './sets.js';

export class SetDealings implements Dealings {
  private readonly self: string;
  private readonly exchange: Exchange;

  /** `failback`: auto_failback is on. */
  constructor({ self, peer, failback }: { self: string; peer: string; failback: boolean }) {
    this.self = self;
    this.exchange = new Exchange({ self, peer, givesBack: failback });
  }

  get isMet(): boolean {
    return this.exchange.isMet;
  }

  get isPeerLeaving(): boolean {
    return this.exchange.isPeerLeaving;
  }

  meetAnew({ at }: DealingsSituation): void {
    this.exchange.meetAnew(at);
  }

  meetAgain({ at }: DealingsSituation): void {
    this.exchange.meetAgain(at);
  }

  part(): void {
    this.exchange.part();
  }

  startAgain(): void {
    this.exchange.startAgain();
  }

  hear(message: ExchangeMessage, at: Milliseconds): void {
    this.exchange.hear(message, at);
  }

  advance(situation: DealingsSituation): DealingsOutput {
    const { groups } = situation;
    const of = (set: SetName) => groups.filter(({ config }) => this.setOf(config) === set);
    const [local, foreign] = [of('local'), of('foreign')];
    this.exchange.advance({
      ...situation,
      sets: { local: progress(local), foreign: progress(foreign) },
      wishes: { local: this.wish('local', local), foreign: this.wish('foreign', foreign) },
    });
    const { messages, log, moves } = this.exchange.drain();
    return {
      messages,
      log,
      // Who takes a set starts it, which tells the neighbours.
      regained: [],
      moves: moves.flatMap(({ set, to }) => of(set).map(({ config: group }) => ({ group, to }))),
    };
  }

  nextDeadline(): Milliseconds {
    return this.exchange.nextDeadline();
  }

  assignment(group: GroupConfig): Assignment {
    return this.exchange.assignment(this.setOf(group));
  }

  holdsSet(preferred: string): boolean {
    return this.exchange.assignment(this.setOf({ preferred })) === 'self';
  }

  private setOf({ preferred }: Pick<GroupConfig, 'preferred'>): SetName {
    return preferred === this.self ? 'local' : 'foreign';
  }

  /** A set goes as a whole: where one of its groups wants to be. */
  private wish(set: SetName, groups: readonly DealtGroup[]): SetWish | null {
    const owner = this.exchange.assignment(set) === 'self' ? 'self' : 'peer';
    const other = owner === 'self' ? 'peer' : 'self';
    // What cannot be stopped cannot be handed over, and neither can the rest of its set.
    if (groups.some(({ blocked }) => blocked)) return null;
    for (const { place } of groups) {
      // A Heartbeat gives back by itself what it should; it is asked only for what an operator wants here.
      const { node, reason } = place(owner, owner === 'self');
      if (node !== null && (node === this.self) === (other === 'self')) return { node: other, reason };
    }
    return null;
  }
}

function progress(groups: readonly DealtGroup[]): SetProgress {
  return {
    holds: groups.some(({ holds }) => holds),
    settled: groups.every(({ settled }) => settled),
    stuck: groups.every(({ holds, blocked }) => !holds || blocked),
  };
}
