/** Dealings by groups: auto_failback legacy. */
import type { GroupConfig } from '../../config/types.js';
import type { Milliseconds } from '../../events.js';
import type { ExchangeMessage } from '../../membership/exchange-message.js';
import type { Dealings, DealingsOutput, DealingsSituation, DealtGroup } from './dealings.js';
import type { Assignment } from './holdings.js';
import { type RequestedGroup, Requests } from './requests.js';

export class RequestDealings implements Dealings {
  /** It says nothing before it is gone. */
  readonly isPeerLeaving = false;
  private readonly self: string;
  private readonly requests: Requests;

  constructor({ self, peer }: { self: string; peer: string }) {
    this.self = self;
    this.requests = new Requests({ peer });
  }

  get isMet(): boolean {
    return this.requests.isMet;
  }

  meetAnew(situation: DealingsSituation): void {
    this.requests.meetAnew(this.requested(situation), situation.at);
  }

  meetAgain(situation: DealingsSituation): void {
    this.requests.meetAgain(this.requested(situation), situation.at);
  }

  part(): void {
    this.requests.part();
  }

  startAgain(): void {
    this.requests.startAgain();
  }

  hear(message: ExchangeMessage, at: Milliseconds): void {
    this.requests.hear(message, at);
  }

  advance(situation: DealingsSituation): DealingsOutput {
    const { at, active, leaving } = situation;
    if (!leaving) this.requests.advance({ at, active, groups: this.requested(situation) });
    const { regained, ...output } = this.requests.drain();
    const groups = situation.groups.map(({ config }) => config).filter(({ name }) => regained.includes(name));
    return { ...output, moves: [], regained: groups };
  }

  nextDeadline(): Milliseconds {
    return this.requests.nextDeadline();
  }

  assignment({ name }: GroupConfig): Assignment {
    return this.requests.assignment(name);
  }

  holdsSet(): boolean {
    return false;
  }

  private requested({ groups }: DealingsSituation): RequestedGroup[] {
    return groups.map((group) => ({
      key: group.config.name,
      isOwn: group.isOwn,
      holds: group.holds,
      wish: this.wish(group),
    }));
  }

  /** Failback is the asker's business here: only what has to go goes. */
  private wish({ config, place }: DealtGroup): 'self' | 'peer' | null {
    const owner = this.requests.assignment(config.name) === 'self' ? 'self' : 'peer';
    const { node } = place(owner, false);
    if (node === null || (node === this.self) === (owner === 'self')) return null;
    return owner === 'self' ? 'peer' : 'self';
  }
}
