/** What a node says of its health checks in every heartbeat: those that are not well. */

/**
 * `failed`: for sure. `doubtful`: the last run speaks against what the runs before made of it. `undecided`: since the start
 * of the daemon there were too few runs to say anything.
 */
export type FaultState = 'failed' | 'doubtful' | 'undecided';

/** A check that is not surely well. */
export interface HealthFault {
  readonly check: string;
  readonly state: FaultState;
  /** What it takes off the node's health when it has failed; null = the node can hold nothing then. */
  readonly weight: number | null;
}

/** In the order of the configuration; empty when all checks are well, or there are none. */
export type HealthFaults = readonly HealthFault[];

const signs: Readonly<Record<FaultState, string>> = { failed: '-', doubtful: '?', undecided: '.' };
const never = 'never';

/** `-disk:10 ?gateway:never`. Names have neither blanks nor colons. */
export function formatHealth(faults: HealthFaults): string {
  return faults.map(({ check, state, weight }) => `${signs[state]}${check}:${weight ?? never}`).join(' ');
}

/** Reads what `formatHealth` wrote. A word that makes no sense says nothing. */
export function parseHealth(text: string): HealthFault[] {
  return text.split(' ').flatMap((word) => {
    const [, sign, check, weight] = /^(.)([^:]+):(never|\d{1,9})$/.exec(word) ?? [];
    if (sign === undefined || check === undefined) return [];
    // An unknown sign of a later version promises nothing and denies nothing.
    const state = sign === signs.failed ? 'failed' : sign === signs.undecided ? 'undecided' : 'doubtful';
    return [{ check, state, weight: weight === never ? null : Number(weight) }];
  });
}
