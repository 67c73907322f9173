/** What to say of a node that counts without being known here. */
import { nearest } from '../config/nearest.js';

/** Who it is, who says so (nobody: a change made it one), and the nodes in force and in ha.cf here. */
export interface Outsider {
  readonly name: string;
  readonly sayers: readonly string[];
  readonly names: readonly string[];
  readonly configured: readonly string[];
  /** The nodes that another takes for the cluster, separated by blanks. */
  readonly toldOf: (sayer: string) => string;
}

/** A plain sentence for the status: what is so, and what to do. */
export function outsiderProblem(outsider: Outsider): string {
  const { name, sayers, configured } = outsider;
  const why = sayers.length === 0 ? 'it was added' : `${sayers.join(' and ')} ${sayers.length > 1 ? 'say' : 'says'} so`;
  const counts = `${name} counts as a node (${why})`;
  if (configured.includes(name))
    return `${counts}, but was deleted here: systole node add ${name}, or forget it everywhere`;
  const meant = misspelling(outsider);
  if (meant !== null) return `${counts}, but ha.cf here calls none so: it has ${meant}, which may be a slip for it`;
  return (
    `${counts}, but ha.cf here does not name it: make the node lines the same on every node; ` +
    `if it is gone for good: systole node forget ${name}`
  );
}

/** A node of ha.cf that none of the others knows, with nearly the name. */
function misspelling({ name, sayers, names, toldOf }: Outsider): string | null {
  const unknown = names.filter(
    (one) => sayers.length > 0 && sayers.every((sayer) => !toldOf(sayer).split(' ').includes(one)),
  );
  return nearest(name, unknown);
}
