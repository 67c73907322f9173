/** What `systole decode` says beside the packets themselves. */
import { printable } from '../../capture/printable.js';
import type { SeenPacket } from '../../capture/seen.js';
import type { Sender } from '../../capture/sender.js';
import type { Summary } from '../../capture/summary.js';
import { duration, localTime } from './times.js';

/** Counts that are no heartbeats. */
export interface Rest {
  /** Frames with something else. */
  readonly others: number;
  /** Datagrams of which fragments are missing. */
  readonly incomplete: number;
}

/** Local time to the millisecond; the place in the file where there is no time. */
export function when({ wallMs, offset }: SeenPacket): string {
  const date = wallMs === null ? null : new Date(wallMs);
  if (date === null || Number.isNaN(date.getTime())) return `byte ${offset}`;
  const iso = date.toISOString();
  return `${localTime(iso)}.${iso.slice(20, 23)}`;
}

/** The lines below the packets. */
export function summaryLines(summary: Summary, rest: Rest, causes: readonly string[]): string[] {
  return ['', headline(summary, rest), ...[...summary.senders].flatMap(senderLines), ...causeLines(causes, summary)];
}

/** The same for programs. */
export function summaryObject(summary: Summary, rest: Rest, causes: readonly string[]): Record<string, unknown> {
  const { packets, bad, troubles, senders, unreadable, refusals } = summary;
  return {
    ...{ packets, bad, ...rest, troubles },
    unreadable: Object.fromEntries(unreadable),
    refusals: Object.fromEntries(refusals),
    senders: [...senders].map(([name, sender]) => senderObject(name, sender)),
    causes,
  };
}

function headline(
  { packets, bad, firstMs, lastMs, unreadable, senders }: Summary,
  { others, incomplete }: Rest,
): string {
  const parts = [`${packets} heartbeat packets`];
  if (firstMs !== null && lastMs !== null) parts[0] += ` in ${duration(lastMs - firstMs)}`;
  for (const verdict of ['right', 'wrong', 'unknown key', 'not signed', 'unchecked'] as const) {
    let count = 0;
    for (const { verdicts } of senders.values()) count += verdicts[verdict];
    if (count > 0) parts.push(`${count} ${verdictWords[verdict]}`);
  }
  let unread = 0;
  for (const count of unreadable.values()) unread += count;
  if (unread > 0) parts.push(`${unread} unreadable`);
  if (bad > 0) parts.push(`${bad} BAD in all`);
  if (others > 0) parts.push(`${others} other packets`);
  if (incomplete > 0) parts.push(`${incomplete} with fragments missing`);
  return parts.join(', ');
}

const verdictWords = {
  right: 'signed rightly',
  wrong: 'signed wrongly',
  'unknown key': 'signed with an unknown key',
  'not signed': 'not signed',
  unchecked: 'with unchecked signatures',
} as const;

function senderLines([name, sender]: readonly [string, Sender]): string[] {
  const paths = [...sender.paths].map(([path, { packets }]) => `      ${path}  ${packets}`);
  const { requests, replies } = sender.pings;
  if (sender.isPingNode) return [`  ${printable(name)}: ping node, ${requests} requests, ${replies} answers`, ...paths];
  const { lost, span } = sender.losses;
  const words = [`${sender.packets} packets`];
  if (sender.state !== '') words.push(printable(sender.state));
  if (sender.lives.length > 0) {
    const numbers = sender.lives.map(({ generation }) => generation).join(', ');
    words.push(`${sender.lives.length === 1 ? 'generation' : 'generations'} ${numbers}`);
  }
  const keys = [...sender.keys.keys()].sort((a, b) => a - b);
  if (keys.length > 0) words.push(`${keys.length === 1 ? 'key' : 'keys'} ${keys.join(', ')}`);
  if (span > 0) words.push(lost === 0 ? 'none missing' : `${lost} of ${span} missing`);
  return [`  ${printable(name)}: ${words.join(', ')}`, ...paths];
}

function senderObject(name: string, sender: Sender): Record<string, unknown> {
  const { packets, state, verdicts, keys, paths, lives, losses, pings, isPingNode } = sender;
  return {
    ...{ name, packets, state, pingNode: isPingNode },
    signatures: verdicts,
    keys: Object.fromEntries(keys),
    paths: Object.fromEntries([...paths].map(([path, one]) => [path, one.packets])),
    generations: lives.map(({ generation }) => generation),
    ...losses,
    ...(isPingNode ? pings : {}),
  };
}

function causeLines([first, ...others]: readonly string[], { troubles, bad }: Summary): string[] {
  if (first === undefined) return troubles.length + bad === 0 ? ['Nothing looks wrong.'] : [];
  return [`Likely cause: ${first}`, ...others.map((cause) => `Also: ${cause}`)];
}
