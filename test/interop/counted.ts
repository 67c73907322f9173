/** The second resource of each group of a pair: an agent that writes down what it is asked to do, whichever product asks. */
import type { LabNode } from '../lab/node.js';
import { type Name, names } from './cell.js';
import type { Member, Owners } from './member.js';

export const countedAgent = 'Counted';

/** `again`: there was nothing to do. Both files are gone with the power. */
const script = `#!/bin/sh
up=/run/counted.$1
case $2 in
  start) again=; test -e $up && again=again; touch $up; echo start $1 $again >>/run/counted ;;
  stop) again=again; test -e $up && again=; rm -f $up; echo stop $1 $again >>/run/counted ;;
  status) test -e $up && echo running || { echo stopped; exit 3; } ;;
esac
`;

/** Puts the agent where both products look for it. */
export function installCounted(node: LabNode, configFolder: string): void {
  node.writeFile(`${configFolder}/resource.d/${countedAgent}`, script, 0o755);
}

/** Whether the agent of the group that prefers `group` is up on a node. */
export function isUp(node: LabNode, group: Name): boolean {
  return node.isOn && read(node, `/run/counted.${group}`) !== null;
}

/** What the agents of a node did since its boot, as "start a" or, when there was nothing to do, "start a again". */
export function runsOf(node: LabNode): string[] {
  const lines = node.isOn ? read(node, '/run/counted')?.split('\n').slice(0, -1) : [];
  return (lines ?? []).map((line) => line.trim());
}

/**
 * What is wrong with the `runs` of a node's agents while the owners changed from `before` to `after`, in one sentence, or
 * null: each group that moved is stopped once and started once. A Heartbeat may stop and start what is down or up already.
 */
export function objectionTo(
  runs: readonly string[],
  { name, product }: Pick<Member, 'name' | 'product'>,
  { before, after }: { before: Owners; after: Owners },
): string | null {
  const moved = names.filter((group) => before[group] !== after[group]);
  const wanted = moved.flatMap((group) => {
    if (before[group] === name) return [`stop ${group}`];
    return after[group] === name ? [`start ${group}`] : [];
  });
  const counted = product === 'systole' ? runs : runs.filter((run) => !run.endsWith(' again'));
  const inOrder = (lines: readonly string[]) => [...lines].sort().join(', ') || 'nothing';
  if (inOrder(counted) === inOrder(wanted)) return null;
  return `the agents on ${name} were to do this: ${inOrder(wanted)}; they did: ${inOrder(counted)}`;
}

function read(node: LabNode, path: string): string | null {
  try {
    return node.readFile(path);
  } catch (error) {
    // Nothing has been done yet, or the power went off.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
