/** Why the nodes of a capture do not see each other, as far as the packets tell: the likeliest cause first. */
import { causesInKeys } from './key-causes.js';
import type { Known, Named } from './known.js';
import { printable } from './printable.js';
import type { Sender } from './sender.js';
import type { Summary } from './summary.js';

/** Plain sentences, one for each thing that is wrong; none when all looks well. */
export function likelyCauses(summary: Summary, known: Known): string[] {
  if (summary.packets === 0) return nothingSeen(summary, known);
  const nodes = [...summary.senders].filter(([, sender]) => !sender.isPingNode);
  return [
    ...causesInKeys(nodes, known),
    ...sameNames(nodes),
    ...strangers(nodes, known),
    ...rejections(summary),
    ...absent(nodes, known),
    ...ports(nodes),
    ...replays(nodes),
    ...deafness(nodes),
    ...losses(nodes),
    ...silences(nodes),
    ...unlikeConfigurations(nodes),
    ...silentPingNodes(summary),
    ...unreadable(summary, known),
  ];
}

function nothingSeen(summary: Summary, { port }: Known): string[] {
  const refused = rejections(summary);
  if (refused.length > 0 || summary.troubles.length > 0) return refused;
  return [
    `There is no heartbeat in it: no node sends where it was captured, or all use another port than ${port} and are no Heartbeat.`,
  ];
}

/** The same name from two machines, or two names with one identity. */
function sameNames(nodes: readonly Named[]): string[] {
  const found: string[] = [];
  const owners = new Map<string, string>();
  for (const [name, { uuids, lives, wentBack }] of nodes) {
    // A node that lost its uuid file has a new one from its next start on; two machines send both at the same time.
    if (uuids.size > 1 && (uuids.size > lives.length || wentBack !== null)) {
      found.push(
        `Two machines call themselves ${show(name)} (two uuids at the same time): each node needs a name of its own.`,
      );
    }
    for (const uuid of uuids) {
      const other = owners.get(uuid);
      owners.set(uuid, name);
      if (other !== undefined && other !== name) {
        found.push(
          `${show(other)} and ${show(name)} have the same uuid: hb_uuid was copied from one machine to the other; remove it on one.`,
        );
      }
    }
  }
  return found;
}

function strangers(nodes: readonly Named[], known: Known): string[] {
  if (known.nodes === null) return [];
  const expected = new Set(known.nodes);
  const others = nodes.map(([name]) => name).filter((name) => !expected.has(name));
  if (others.length === 0) return [];
  const who = others.length === 1 ? `${names(others)} is no node` : `${names(others)} are no nodes`;
  return [
    `${who} of ha.cf (${names(known.nodes)}): the nodes' ha.cf differ, or another cluster uses the same port and network.`,
  ];
}

function rejections({ refusals }: Summary): string[] {
  return [...refusals].map(
    ([words, count]) => `${words}, ${count} times: no daemon listens there, or a firewall rejects the packets.`,
  );
}

function absent(nodes: readonly Named[], known: Known): string[] {
  // A dump of a serial line holds one direction only.
  if (nodes.every(([, { ports: own }]) => own.size === 0)) return [];
  const seen = new Set(nodes.map(([name]) => name));
  const missing = (known.nodes ?? []).filter((name) => !seen.has(name));
  if (missing.length > 0 && seen.size > 0) {
    return [
      `Nothing of ${names(missing)} is in the capture: no daemon runs there, it sends on another interface or port, or something on the way drops its packets.`,
    ];
  }
  if (known.nodes !== null || seen.size !== 1) return [];
  return [
    `Only ${names([...seen])} is in the capture: the other node does not send here, or something on the way drops its packets.`,
  ];
}

/** With several links each may have its own port, but then on every node. */
function ports(nodes: readonly Named[]): string[] {
  const [first, ...rest] = nodes.filter(([, { ports: own }]) => own.size > 0);
  if (first === undefined) return [];
  const other = rest.find(([, sender]) => [...sender.ports].every((port) => !first[1].ports.has(port)));
  if (other === undefined) return [];
  const to = ({ ports: own }: Sender): string => `port ${[...own].join(', ')}`;
  return [
    `${show(first[0])} sends to ${to(first[1])}, ${show(other[0])} to ${to(other[1])}: "udpport" in their ha.cf differs.`,
  ];
}

function replays(nodes: readonly Named[]): string[] {
  return nodes.flatMap(([name, { wentBack }]) =>
    wentBack === null
      ? []
      : [
          `The generation of ${show(name)} went back from ${wentBack.from} to ${wentBack.to}: its peers take that for a replay until they restart. Its hb_generation was lost, two machines have its name, or old packets are replayed.`,
        ],
  );
}

/** A systole node says whom it hears. */
function deafness(nodes: readonly Named[]): string[] {
  const found: string[] = [];
  for (const [name, sender] of nodes) {
    const { announcement } = sender;
    if (announcement === null || announcement.phase === 'leaving') continue;
    const unheard = nodes.filter(
      ([other, one]) => other !== name && !announcement.heard.has(other) && wasThere(one, sender.lastStatusMs),
    );
    if (unheard.length === 0) continue;
    found.push(
      `${show(name)} says that it does not hear ${names(unheard.map(([other]) => other))}, whose packets are in the capture: on ${show(name)} a firewall, another interface or port in ha.cf, or other keys keep them out.`,
    );
  }
  return found;
}

/** Whether a node had been sending for its dead time at that moment, and went on: then it could be heard. */
function wasThere({ state, deadtimeMs, firstStatusMs, lastStatusMs }: Sender, atMs: number | null): boolean {
  if (state === 'left' || atMs === null || firstStatusMs === null || lastStatusMs === null) return false;
  const forMs = deadtimeMs ?? 0;
  return firstStatusMs <= atMs - forMs && lastStatusMs >= atMs - forMs;
}

/** More than a busy network loses. */
const lossWorthTelling = 0.02;

function losses(nodes: readonly Named[]): string[] {
  const found: string[] = [];
  for (const [name, sender] of nodes) {
    for (const [path, { sequence }] of sender.paths) {
      const { lost, span } = sequence;
      if (lost < 3 || lost < span * lossWorthTelling) continue;
      found.push(`${lost} of ${span} packets of ${show(name)} did not come over ${path}: that link loses packets.`);
    }
  }
  return found;
}

function silences(nodes: readonly Named[]): string[] {
  return nodes.flatMap(([name, { deadtimeMs, longestSilenceMs }]) =>
    deadtimeMs === null || deadtimeMs === 0 || longestSilenceMs < deadtimeMs
      ? []
      : [
          `No status of ${show(name)} came for ${Math.round(longestSilenceMs)} ms, and it counts as dead after ${deadtimeMs} ms: it hung, or its link was cut.`,
        ],
  );
}

function unlikeConfigurations(nodes: readonly Named[]): string[] {
  const digests = new Map<string, string[]>();
  for (const [name, { announcement }] of nodes) {
    if (announcement !== null) digests.set(announcement.digest, [...(digests.get(announcement.digest) ?? []), name]);
  }
  if (digests.size < 2) return [];
  const groups = [...digests.values()].map((group) => names(group)).join(' against ');
  return [
    `The nodes have different configurations (${groups}): nodes, haresources and resources.ini must be the same everywhere.`,
  ];
}

function silentPingNodes({ senders }: Summary): string[] {
  return [...senders].flatMap(([name, { pings }]) =>
    pings.requests > 2 && pings.replies === 0 ? [`Ping node ${show(name)} does not answer.`] : [],
  );
}

function unreadable({ unreadable: reasons, packets }: Summary, { port }: Known): string[] {
  let count = 0;
  for (const one of reasons.values()) count += one;
  if (count === 0) return [];
  const reason = [...reasons.keys()][0] ?? '';
  if (/were captured/.test(reason))
    return [`${count} of ${packets} packets were captured only in part: capture anew with tcpdump -s 0.`];
  return [
    `${count} of ${packets} packets cannot be read (${reason}) Something else uses port ${port}, or they were damaged on the way.`,
  ];
}

const show = (name: string): string => printable(name);
const names = (list: readonly string[]): string =>
  list.slice(0, 10).map(show).join(', ') + (list.length > 10 ? ', ...' : '');
