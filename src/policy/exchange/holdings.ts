/** Who holds which set of groups of a pair, drawn from what the other node says and from how hand-overs went. */
import type { Milliseconds } from '../../events.js';
import { type Hold, includes, nothingHeld, type SetName, type Sets, seenFromOther, setNames, setsOf } from './sets.js';

/**
 * Who holds, or is to hold, a set:
 * `unknown`: the other has not said yet. `self`, `peer`. `nobody`: the other could, but does not.
 * `giving`: this node stops it for the other. `taking`: the other stops it for this node.
 */
export type Assignment = 'unknown' | 'self' | 'peer' | 'nobody' | 'giving' | 'taking';

/** Why a group with this assignment is where it is, for humans; `peer` is the other node's name. */
export function explain(assignment: Assignment, peer: string): string {
  switch (assignment) {
    case 'unknown':
      return `${peer}, a Heartbeat, has not said yet what it holds`;
    case 'peer':
      return `${peer}, a Heartbeat, holds it`;
    case 'nobody':
      return `${peer}, a Heartbeat, may be about to start it`;
    case 'giving':
      return `it is handed over to ${peer}`;
    case 'taking':
      return `${peer} stops it for this node`;
    case 'self':
      return `${peer}, a Heartbeat, leaves it to this node`;
  }
}

/** Whether the other is giving this node all that is not here already. */
export function isAllGiven(assignments: readonly Assignment[]): boolean {
  return assignments.includes('taking') && assignments.every((one) => one === 'taking' || one === 'self');
}

/** A set that the other, though stable, does not hold is taken after so long: it may be about to start it. */
const unheldMs = 10_000;

export class Holdings {
  private readonly assignments: Record<SetName, Assignment> = { local: 'unknown', foreign: 'unknown' };
  private readonly unheldSince: Record<SetName, Milliseconds> = { local: Infinity, foreign: Infinity };
  /** What the other said it holds, as it names the sets; null = nothing yet. */
  private peerHold: Hold | null = null;

  of(set: SetName): Assignment {
    return this.assignments[set];
  }

  assign(set: SetName, assignment: Assignment): void {
    this.assignments[set] = assignment;
    this.unheldSince[set] = Infinity;
  }

  /** The other is there; nothing that it said before counts. */
  begin(assignment: Assignment): void {
    for (const set of setNames) this.assign(set, assignment);
    this.peerHold = null;
  }

  /** Forgets what the other said, not who holds what. */
  forget(): void {
    this.peerHold = null;
  }

  /** What this node holds or may start. */
  own(): Sets {
    return setsOf({ local: this.assignments.local === 'self', foreign: this.assignments.foreign === 'self' });
  }

  /** The other says what it holds; `isAll`: that is all. */
  note(sets: Sets, isAll: boolean): void {
    const before = isAll || sets === 'none' ? nothingHeld : (this.peerHold ?? nothingHeld);
    this.peerHold = {
      local: before.local || includes(sets, 'local'),
      foreign: before.foreign || includes(sets, 'foreign'),
    };
  }

  /**
   * Draws the conclusions, outside of a hand-over. `stable` and `peerStable`: what each of the two says is its last word.
   * Gives the sets that both held: the other keeps them.
   */
  reconcile({ stable, peerStable, at }: { stable: boolean; peerStable: boolean; at: Milliseconds }): SetName[] {
    const { peerHold } = this;
    if (peerHold === null) return [];
    const both: SetName[] = [];
    for (const set of setNames) {
      if (!peerHold[seenFromOther(set)]) this.noteUnheld(set, peerStable, at);
      else {
        if (this.assignments[set] === 'self' && stable && peerStable) both.push(set);
        this.assign(set, 'peer');
      }
    }
    return both;
  }

  /** The sets that the other, stable, went on not holding though they are its own: better here than nowhere. */
  takeUnheld(at: Milliseconds): SetName[] {
    const due = setNames.filter((set) => at >= this.unheldSince[set] + unheldMs);
    for (const set of due) this.assign(set, 'self');
    return due;
  }

  /** When `takeUnheld` has something to take. */
  nextDeadline(): Milliseconds {
    return Math.min(...setNames.map((set) => this.unheldSince[set])) + unheldMs;
  }

  /** After a hand-over that was broken off: who holds a set is who held it, or was to, when it broke. */
  restore(): void {
    for (const set of setNames) {
      if (this.assignments[set] === 'giving') this.assign(set, 'self');
      else if (this.assignments[set] === 'taking') this.assign(set, 'peer');
    }
  }

  private noteUnheld(set: SetName, peerStable: boolean, at: Milliseconds): void {
    if (this.assignments[set] === 'self') return;
    // What is this node's own is its to take. What is the other's own it is about to start, or should be.
    if (set === 'local') this.assign(set, 'self');
    else if (!peerStable) this.assign(set, 'peer');
    else if (this.assignments[set] !== 'nobody') {
      this.assign(set, 'nobody');
      this.unheldSince[set] = at;
    }
  }
}
