/**
 * Claims: what a node says it holds. A node claims a group from just before its first start action until its last stop
 * action has succeeded. A claim is first `wanted`: nothing runs yet, and nothing will before every other member of the
 * view has said that it heard the wish and claims nothing itself. So two members never start the same group, even when
 * they know different things about each other.
 */

/** `blocked`: a stop failed, so something of the group may still run there. */
export type ClaimState = 'wanted' | 'starting' | 'started' | 'stopping' | 'blocked';

export interface Claim {
  /** GroupConfig.id. */
  readonly group: string;
  /** Counts the owners of the group, one up at each new claim: of two claims the higher term is the later decision. */
  readonly term: number;
  readonly state: ClaimState;
}

const letters: Readonly<Record<ClaimState, string>> = {
  wanted: 'w',
  starting: 's',
  started: 'r',
  stopping: 't',
  blocked: 'b',
};
const states = new Map<string, ClaimState>(
  (Object.keys(letters) as ClaimState[]).map((state) => [letters[state], state] as const),
);

/**
 * Terms above this (damage; no group changes its owner so often) count as this much, so that a term is a whole number, also
 * after one more owner: a claim that peers could not read would be none to them.
 */
const termMax = 2 ** 48;

/** Text for the wire: `ID:TERM:LETTER` with a hexadecimal term, separated by blanks. */
export function formatClaims(claims: Iterable<Claim>): string {
  let text = '';
  for (const claim of claims) {
    text += `${text === '' ? '' : ' '}${claim.group}:${claim.term.toString(16)}:${letters[claim.state]}`;
  }
  return text;
}

/** Reads what formatClaims wrote, by group id; words that are none are left out. */
export function parseClaims(text: string): Map<string, Claim> {
  const claims = new Map<string, Claim>();
  for (const word of text.split(' ')) {
    const [group, term, letter] = word.split(':');
    const state = letter === undefined ? undefined : states.get(letter);
    const number = Math.min(Number.parseInt(term ?? '', 16), termMax);
    if (group && state !== undefined && number >= 0) claims.set(group, { group, term: number, state });
  }
  return claims;
}
