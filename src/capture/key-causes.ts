/** What signatures tell about the nodes' keys. */
import type { Known, Named } from './known.js';
import { printable } from './printable.js';

/** Plain sentences, the likeliest cause first. */
export function causesInKeys(nodes: readonly Named[], known: Known): string[] {
  return [...unlikeKeys(nodes), ...unknownKeys(nodes), ...wrongKeys(nodes, known), ...unsigned(nodes)];
}

/** A node may change its key while it is watched: the number that most of its packets name counts. */
function keyOf([, { keys }]: Named): number | null {
  const [most] = [...keys].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? null;
}

function unlikeKeys(nodes: readonly Named[]): string[] {
  const signing = nodes.flatMap((node) => {
    const key = keyOf(node);
    return key === null || key < 0 ? [] : [{ name: node[0], key }];
  });
  const [first] = signing;
  const other = signing.find(({ key }) => key !== first?.key);
  if (first === undefined || other === undefined) return [];
  return [
    `${printable(other.name)} signs with key ${other.key}, ${printable(first.name)} with key ${first.key}: a real Heartbeat accepts only its own active key, so "auth" in authkeys must name the same one on all nodes.`,
  ];
}

function unknownKeys(nodes: readonly Named[]): string[] {
  return nodes.flatMap((node) => {
    const [name, { verdicts }] = node;
    if (verdicts['unknown key'] === 0) return [];
    return [
      `${printable(name)} signs with a key (${keyOf(node)}) that is not in authkeys here: authkeys must be the same on all nodes.`,
    ];
  });
}

function wrongKeys(nodes: readonly Named[], { keys }: Known): string[] {
  const wrong = nodes.filter(([, { verdicts }]) => verdicts.wrong > 0);
  if (keys === null || wrong.length === 0) return [];
  const never = wrong.filter(([, { verdicts }]) => verdicts.right === 0);
  if (never.length === nodes.length) {
    return ['No packet is signed with the keys in authkeys here: is it the authkeys of this cluster?'];
  }
  return wrong.map((node) => {
    const [name, { verdicts, packets }] = node;
    if (verdicts.right === 0) {
      return `${printable(name)} signs with another secret or method for key ${keyOf(node)} than authkeys here: authkeys must be the same on all nodes.`;
    }
    return `${verdicts.wrong} of ${packets} packets of ${printable(name)} are signed wrongly: its key was changed meanwhile, somebody else sends in its name, or they were damaged on the way.`;
  });
}

function unsigned(nodes: readonly Named[]): string[] {
  return nodes.flatMap(([name, { verdicts }]) =>
    verdicts['not signed'] === 0
      ? []
      : [`${verdicts['not signed']} packets of ${printable(name)} are not signed: somebody else sends in its name.`],
  );
}
