/**
 * What a systole node tells the others in every heartbeat beside Heartbeat's own fields. A real Heartbeat ignores fields
 * it does not know; a status without the `sy` field comes from a legacy peer.
 */

import { generationMax } from '../order/numbers.js';
import { type Field, type Message, textFields } from '../wire/message.js';
import { type Claim, formatClaims, parseClaims } from './claims.js';
import type { NodesWord } from './electorate.js';
import { formatHealth, type HealthFaults, parseHealth } from './health-words.js';
import type { Connectivity, Reach } from './ping-nodes.js';

/** `probing`: still finding out what runs here. `leaving`: giving everything up on the way out. */
export type Phase = 'probing' | 'ready' | 'leaving';

/** That the sender heard a node within its dead time. */
export interface Heard {
  readonly generation: number;
  /** Highest status sequence number heard of it: tells that node how fresh its own lease is. */
  readonly seq: number;
  readonly links: readonly string[];
}

export interface Announcement extends NodesWord {
  readonly phase: Phase;
  readonly heard: ReadonlyMap<string, Heard>;
  /** The sender's view as `name:generation` words, sorted; '' = none. */
  readonly view: string;
  readonly claims: ReadonlyMap<string, Claim>;
  /** Groups (ids) that the sender must not start for a while, because a start failed there. */
  readonly failures: ReadonlySet<string>;
  /** Groups (ids) that any other node should rather have: they have failed on the sender. */
  readonly doubts: ReadonlySet<string>;
  /** Nodes the sender does not hear any more, but still gives time to stop what they hold (with quorum). */
  readonly releasing: readonly string[];
  /** How the sender reaches its ping nodes; empty when it has none. */
  readonly connectivity: Connectivity;
  /** The sender's health checks that are not surely well. */
  readonly health: HealthFaults;
  /** Directives.text() of the sender. */
  readonly directives: string;
  /** ClusterConfig.digest of the sender. */
  readonly digest: string;
}

/** Version of these fields. A receiver reads what it knows of any version. */
const version = '1';

/** The fields that say everything but whom the sender hears. They stay the same from heartbeat to heartbeat. */
const lastingNames = [
  ...[
    'sy',
    'syphase',
    'sydigest',
    'syview',
    'syclaims',
    'syfailed',
    'syreleasing',
    'syping',
    'syhealth',
    'sydirectives',
    'synodes',
    'synodesknown',
    'synodeschange',
  ],
];

/** Before the id of a group that has failed on the sender, but may be started there. */
const doubtSign = '?';

const signs: Readonly<Record<Reach, string>> = { reached: '+', doubtful: '?', dead: '-' };

/** All fields of an announcement but `syheard`. */
export function lastingFields(announcement: Omit<Announcement, 'heard'>): Field[] {
  return textFields({
    sy: version,
    syphase: announcement.phase,
    sydigest: announcement.digest,
    syview: optional(announcement.view),
    syclaims: optional(formatClaims(announcement.claims.values())),
    syfailed: optional(
      [...announcement.failures, ...[...announcement.doubts].map((id) => `${doubtSign}${id}`)].join(' '),
    ),
    syreleasing: optional(announcement.releasing.join(' ')),
    syping: optional(formatConnectivity(announcement.connectivity)),
    syhealth: optional(formatHealth(announcement.health)),
    sydirectives: optional(announcement.directives),
    synodes: optional(announcement.nodes),
    synodesknown: optional(announcement.nodesKnown),
    synodeschange: optional(announcement.nodesChange),
  });
}

/** The `syheard` field; none when the sender hears nobody. */
export function heardFields(heard: ReadonlyMap<string, Heard>): Field[] {
  return heard.size === 0 ? [] : [{ name: 'syheard', type: 0, value: formatHeard(heard) }];
}

/** Reads announcements of one sender. What has not changed since the last one is not parsed again. */
export class AnnouncementReader {
  private source = '';
  private lasting: Omit<Announcement, 'heard'> | null = null;

  /** The announcement in a status message; null when it has none (a legacy peer). */
  read(message: Message): Announcement | null {
    if (message.get('sy') === undefined) return null;
    const source = lastingNames.map((name) => message.get(name)).join('|');
    if (this.lasting === null || source !== this.source) {
      this.lasting = readLasting(message);
      this.source = source;
    }
    // Written out: to spread an object for every heartbeat takes longer than to read one.
    const { phase, view, claims, failures, doubts, releasing, connectivity, directives, digest } = this.lasting;
    const { health, nodes, nodesKnown, nodesChange } = this.lasting;
    const heard = parseHeard(message.get('syheard') ?? '');
    // biome-ignore format: one line a subject
    return {
      phase, heard, view, claims, failures, doubts, releasing, connectivity, health, directives, digest,
      nodes, nodesKnown, nodesChange,
    };
  }
}

function readLasting(message: Message): Omit<Announcement, 'heard'> {
  return {
    phase: readPhase(message.get('syphase')),
    view: message.get('syview') ?? '',
    claims: parseClaims(message.get('syclaims') ?? ''),
    ...readFailures(message.get('syfailed')),
    releasing: words(message.get('syreleasing')),
    connectivity: parseConnectivity(message.get('syping')),
    health: parseHealth(message.get('syhealth') ?? ''),
    directives: message.get('sydirectives') ?? '',
    digest: message.get('sydigest') ?? '',
    nodes: message.get('synodes') ?? '',
    nodesKnown: message.get('synodesknown') ?? '',
    nodesChange: message.get('synodeschange') ?? '',
  };
}

/** Whether two announcements say the same but for sequence numbers: then nothing needs to be decided anew. */
export function sameAnnouncement(a: Announcement, b: Announcement): boolean {
  return sameHeard(a.heard, b.heard) && sameLasting(a, b);
}

function sameLasting(a: Announcement, b: Announcement): boolean {
  // Announcements of one reader share what has not changed.
  const shared = a.claims === b.claims && a.failures === b.failures && a.releasing === b.releasing;
  if (shared && a.connectivity === b.connectivity && a.health === b.health) {
    const same = a.phase === b.phase && a.view === b.view && a.directives === b.directives;
    return same && a.digest === b.digest && sameNodes(a, b);
  }
  return JSON.stringify(lastingFields(a)) === JSON.stringify(lastingFields(b));
}

function sameNodes(a: NodesWord, b: NodesWord): boolean {
  return a.nodes === b.nodes && a.nodesKnown === b.nodesKnown && a.nodesChange === b.nodesChange;
}

function sameHeard(a: ReadonlyMap<string, Heard>, b: ReadonlyMap<string, Heard>): boolean {
  if (a.size !== b.size) return false;
  for (const [name, { generation, links }] of a) {
    const other = b.get(name);
    if (other?.generation !== generation || other.links.length !== links.length) return false;
    if (!links.every((link, index) => link === other.links[index])) return false;
  }
  return true;
}

/** The word that names one incarnation of a node in a view. */
export function incarnation(name: string, generation: number): string {
  return `${name}:${generation.toString(16)}`;
}

function optional(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(' ').filter((word) => word !== '');
}

/** Bare ids are failures, those behind a `?` doubts. */
function readFailures(text: string | undefined): Pick<Announcement, 'failures' | 'doubts'> {
  const all = words(text);
  return {
    failures: new Set(all.filter((word) => !word.startsWith(doubtSign))),
    doubts: new Set(all.filter((word) => word.startsWith(doubtSign)).map((word) => word.slice(1))),
  };
}

function readPhase(text: string | undefined): Phase {
  // An unknown phase of a later version must not let others act on what that node may hold.
  return text === 'ready' || text === 'leaving' ? text : 'probing';
}

/** One word a ping node: `+` reached, `?` doubtful, `-` dead, and its name. */
function formatConnectivity(connectivity: Connectivity): string {
  let text = '';
  for (const [name, reach] of connectivity) text += `${text === '' ? '' : ' '}${signs[reach]}${name}`;
  return text;
}

function parseConnectivity(text: string | undefined): Connectivity {
  const connectivity = new Map<string, Reach>();
  for (const word of words(text)) {
    const sign = word[0];
    // An unknown sign of a later version promises nothing and denies nothing.
    connectivity.set(word.slice(1), sign === signs.reached ? 'reached' : sign === signs.dead ? 'dead' : 'doubtful');
  }
  return connectivity;
}

function formatHeard(heard: ReadonlyMap<string, Heard>): string {
  let text = '';
  for (const [name, { generation, seq, links }] of heard) {
    text += `${text === '' ? '' : ' '}${name}:${generation.toString(16)}:${seq.toString(16)}:${links.join(',')}`;
  }
  return text;
}

/** 0 = none, also for one that cannot be (see generationMax). */
function readGeneration(text: string): number {
  const generation = Number.parseInt(text, 16);
  return generation < generationMax ? generation : 0;
}

function parseHeard(text: string): Map<string, Heard> {
  const heard = new Map<string, Heard>();
  for (const word of text.split(' ')) {
    // The path of a serial line may have colons in it.
    const [name, generation, seq, ...links] = word.split(':');
    if (!name || links.length === 0) continue;
    heard.set(name, {
      generation: readGeneration(generation ?? ''),
      seq: Number.parseInt(seq ?? '', 16) || 0,
      links: links
        .join(':')
        .split(',')
        .filter((link) => link !== ''),
    });
  }
  return heard;
}
