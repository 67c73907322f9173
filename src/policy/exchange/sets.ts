/**
 * Heartbeat's two sets of groups, as one node of a pair sees them: `local` are those that haresources gives to itself,
 * `foreign` those of the other. What is local to one is foreign to the other.
 */

export type SetName = 'local' | 'foreign';

export const setNames: readonly SetName[] = ['local', 'foreign'];

/** Which of the two sets a node holds, as it sees them itself. */
export type Hold = Readonly<Record<SetName, boolean>>;

/** Some of the sets, in Heartbeat's words. */
export type Sets = 'none' | 'local' | 'foreign' | 'all';

export const nothingHeld: Hold = { local: false, foreign: false };

/** The name that the other node has for a set. */
export function seenFromOther(set: SetName): SetName {
  return set === 'local' ? 'foreign' : 'local';
}

/** The same for several sets. */
export function setsSeenFromOther(sets: Sets): Sets {
  return sets === 'local' || sets === 'foreign' ? seenFromOther(sets) : sets;
}

/** The sets one by one. */
export function membersOf(sets: Sets): readonly SetName[] {
  return setNames.filter((set) => includes(sets, set));
}

export function includes(sets: Sets, set: SetName): boolean {
  return sets === 'all' || sets === set;
}

/** Reads `rsc_hold`; null for a word that is none. */
export function readSets(text: string | undefined): Sets | null {
  return text === 'none' || text === 'local' || text === 'foreign' || text === 'all' ? text : null;
}

/** Writes `rsc_hold`. */
export function setsOf({ local, foreign }: Hold): Sets {
  if (local) return foreign ? 'all' : 'local';
  return foreign ? 'foreign' : 'none';
}
