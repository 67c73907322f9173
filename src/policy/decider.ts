/** Decides about all groups of this node, and has carried out what it decided. */
import type { Milliseconds } from '../events.js';
import type { Heartbeat } from '../membership/heartbeat.js';
import type { Group } from '../resources/group.js';
import type { Outbox } from '../resources/outbox.js';
import { type Decision, decide, type GiveUp } from './decide.js';
import type { HeartbeatPair } from './exchange/pair.js';
import type { Misbelief } from './misbelief.js';
import type { Member } from './placement.js';
import type { OutsideObstacle, Surroundings } from './surroundings.js';

/** This node at the moment of a decision. */
export interface Moment {
  readonly at: Milliseconds;
  readonly generation: number;
  /** Why it must not hold anything now, or null. */
  readonly mustGiveUp: GiveUp | null;
  /** Why the view may not act, or null when it may. */
  readonly viewObstacle: string | null;
  readonly members: readonly Member[];
}

export interface DeciderOptions {
  readonly self: string;
  readonly groups: readonly Group[];
  readonly heartbeat: Heartbeat;
  readonly misbelief: Misbelief;
  readonly surroundings: Surroundings;
  readonly pair: HeartbeatPair;
  readonly outbox: Outbox;
}

export class Decider {
  /** Why each group is where it is, by id. */
  readonly waits = new Map<string, string>();
  private readonly options: DeciderOptions;
  private until: Milliseconds = Number.POSITIVE_INFINITY;
  private again = false;

  constructor(options: DeciderOptions) {
    this.options = options;
  }

  /**
   * Decides about every group. Gives when that is to be done again at the latest if nothing happens, and whether
   * something changed that may lead to more decisions at once.
   */
  decideAll(moment: Moment): { readonly until: Milliseconds; readonly again: boolean } {
    const { surroundings, pair, groups } = this.options;
    // Others wait for our word that this time is over.
    this.until = surroundings.releasing(moment.at).until;
    this.again = false;
    const outside = pair.obstacle(moment.at) ?? surroundings.outsideObstacle(moment.at);
    for (const group of groups) {
      this.carryOut(group, this.decide(group, moment, outside), { outside, at: moment.at });
      // What was found running is told to the neighbours once nobody else can have it.
      if (moment.viewObstacle === null && outside.reason === null) group.confirm(this.options.outbox);
      if (surroundings.handsOff(group.config, false) === null) group.heal(this.options.outbox, moment.at);
      if (group.phase === 'started' && surroundings.noteMoved(group.config)) this.again = true;
    }
    return { until: this.until, again: this.again };
  }

  /** The live node that runs a group (by id), or null. */
  ownerOf(id: string): string | null {
    const { groups, self, surroundings } = this.options;
    const own = groups.find(({ config }) => config.id === id)?.claim();
    return own?.state === 'started' || own?.state === 'starting' ? self : surroundings.foreignOwner(id);
  }

  private decide(group: Group, moment: Moment, outside: OutsideObstacle): Decision {
    const { self, heartbeat, misbelief, surroundings, pair, outbox } = this.options;
    const { config } = group;
    const claim = group.claim();
    const wanted = surroundings.place(config, moment.members, this.ownerOf(config.id));
    const placement = pair.place(config, wanted, { holds: group.phase !== 'stopped', members: moment.members });
    const foreign = surroundings.foreignClaims(config, moment.generation, moment.at);
    this.until = Math.min(this.until, foreign.until);
    if (misbelief.hasYielded(config.id, group.phase === 'started', foreign.claims)) {
      group.announceAgain(outbox, 'another node held it too and gave it up');
    }
    const decision = decide({
      self,
      nodeOrder: config.nodeOrder,
      phase: group.phase,
      handsOff: surroundings.handsOff(config, moment.mustGiveUp !== null),
      claim,
      mustGiveUp: moment.mustGiveUp,
      viewObstacle: moment.viewObstacle,
      placement,
      foreignClaims: foreign.claims,
      outsideObstacle: outside.reason,
      unheardBy: claim === null ? null : surroundings.unheardBy(heartbeat.wishSeq(claim), moment.generation),
    });
    this.waits.set(config.id, decision.kind === 'wait' ? decision.reason : (moment.viewObstacle ?? placement.reason));
    return decision;
  }

  private carryOut(
    group: Group,
    decision: Decision,
    { outside, at }: { outside: OutsideObstacle; at: Milliseconds },
  ): void {
    const { surroundings, outbox } = this.options;
    switch (decision.kind) {
      case 'nothing':
        break;
      case 'wait':
        this.until = Math.min(this.until, outside.until);
        break;
      case 'want':
        group.want(surroundings.highestTerm(group.config, group.term) + 1, decision.reason);
        this.again = true;
        break;
      case 'withdraw':
        group.withdraw(decision.reason);
        this.again = true;
        break;
      case 'start':
        group.start(outbox, decision.reason);
        break;
      case 'recover':
        group.recover(outbox, at);
        break;
      case 'stop':
        group.stop(outbox, decision.reason, decision.hurry);
        break;
      default:
        decision satisfies never;
    }
  }
}
