/** What a node announces, for tests: nothing special unless the test says so. */
import { type Announcement, heardFields, lastingFields } from '../../src/membership/announcement.js';
import type { Claim, ClaimState } from '../../src/membership/claims.js';
import type { StatusReport } from '../../src/membership/peer.js';
import type { Connectivity, Reach } from '../../src/membership/ping-nodes.js';

/** An announcement of a node that is ready, holds nothing and hears nobody. */
export function announce(wishes: Partial<Announcement> = {}): Announcement {
  return {
    phase: 'ready',
    heard: new Map(),
    view: '',
    claims: new Map(),
    failures: new Set(),
    doubts: new Set(),
    releasing: [],
    connectivity: new Map(),
    health: [],
    directives: '',
    digest: 'same',
    nodes: '',
    nodesKnown: '',
    nodesChange: '',
    ...wishes,
  };
}

/** The fields of an announcement as they stand in a status, by name. */
export function announcementFields(announcement: Announcement): Record<string, string> {
  const fields = [...lastingFields(announcement), ...heardFields(announcement.heard)];
  return Object.fromEntries(fields.map(({ name, value }) => [name, value]));
}

/** A status of an active node in its first generation. */
export function report(wishes: Partial<StatusReport> = {}): StatusReport {
  return { state: 'active', generation: 1, seq: 1, uuid: null, deadtimeMs: null, announcement: announce(), ...wishes };
}

/** Claims by group: `claims('G started 2', ...)`. */
export function claims(...texts: string[]): Map<string, Claim> {
  return new Map(
    texts.map((text) => {
      const [group = '', state = '', term = '1'] = text.split(' ');
      return [group, { group, state: state as ClaimState, term: Number(term) }];
    }),
  );
}

/** Whom a node hears: `hears('a', 'b 2')` = a of generation 1, b of generation 2. */
export function hears(...texts: string[]): Announcement['heard'] {
  return new Map(
    texts.map((text) => {
      const [name = '', generation = '1', seq = '1'] = text.split(' ');
      return [name, { generation: Number(generation), seq: Number(seq), links: ['eth0'] }];
    }),
  );
}

/** How a node reaches its ping nodes, as on the wire: `reaches('+gw -other')`. */
export function reaches(text: string): Connectivity {
  const signs: Readonly<Record<string, Reach>> = { '+': 'reached', '?': 'doubtful', '-': 'dead' };
  return new Map(text.split(' ').map((word) => [word.slice(1), signs[word[0] ?? ''] as Reach]));
}
