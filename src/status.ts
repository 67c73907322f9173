/** The state of the cluster as one node sees it, for command line, metrics and web alike: the shape of `systole status --json`. */
import type { ClusterConfig, GroupConfig } from './config/types.js';
import type { Milliseconds } from './events.js';
import type { Claim } from './membership/claims.js';
import type { HealthFaults } from './membership/health-words.js';
import type { Membership } from './membership/membership.js';
import type { NodeList } from './membership/node-list.js';
import { type Directives, everyNode } from './policy/directives.js';
import { failedOf, scoreOf } from './policy/fitness.js';
import type { HealthChecks } from './policy/health.js';
import type { Group } from './resources/group.js';
import type { ResourceState } from './resources/records.js';
import { version } from './version.js';

export type NodeState = 'active' | 'up' | 'init' | 'dead' | 'left' | 'fencing' | 'fenced';
export type GroupState = 'started' | 'starting' | 'stopping' | 'stopped' | 'failed' | 'blocked' | 'unmanaged';

export interface LinkStatus {
  readonly name: string;
  readonly medium: string;
  readonly state: 'up' | 'dead';
}

export interface NodeStatus {
  readonly name: string;
  readonly state: NodeState;
  readonly standby: boolean;
  readonly local: boolean;
  /** True for a peer that speaks Heartbeat's protocol only. */
  readonly legacy: boolean;
  /** 8-4-4-4-12 hexadecimal digits, or null while unknown. */
  readonly uuid: string | null;
  readonly generation: number | null;
  /** Milliseconds since the last heartbeat; null when never heard; 0 for the node itself. */
  readonly lastHeardMs: number | null;
  readonly links: readonly LinkStatus[];
  /** What its health checks say; not there where none is configured, or the node says nothing of them. */
  readonly health?: NodeHealth;
}

export interface NodeHealth {
  /** 0 when no check has failed, else less; null = the node can hold nothing. */
  readonly score: number | null;
  /** Names of the checks that have failed, and of those that are in doubt. */
  readonly failed: readonly string[];
  readonly unsure: readonly string[];
}

export interface ResourceStatus {
  readonly name: string;
  readonly agent: string;
  readonly class: string;
  readonly state: ResourceState;
  readonly failures: number;
  /** How often something else took it away here, and it was put back; not there when never. */
  readonly healed?: number;
}

export interface GroupStatus {
  readonly name: string;
  readonly alias: string | null;
  readonly preferred: string;
  readonly owner: string | null;
  readonly state: GroupState;
  readonly reason: string;
  readonly resources: readonly ResourceStatus[];
}

export interface PingNodeStatus {
  readonly name: string;
  /** `init`: it was not heard yet, and not for long. */
  readonly state: 'init' | 'up' | 'dead';
}

export interface Status {
  readonly node: string;
  readonly version: string;
  /** RFC 3339. */
  readonly now: string;
  readonly view: {
    readonly members: readonly string[];
    readonly agreed: boolean;
    readonly quorate: boolean;
    /** RFC 3339: since when the view is as it is. */
    readonly since: string;
  };
  readonly nodes: readonly NodeStatus[];
  readonly pingNodes: readonly PingNodeStatus[];
  readonly groups: readonly GroupStatus[];
  /** Of a pair: who holds Heartbeat's sets of groups in which there is none, by the node that they belong to (for rscstatus). */
  readonly emptySets?: Readonly<Record<string, string>>;
  /** Plain words, one a line. Empty when all is well. */
  readonly problems: readonly string[];
  /** Counts since the daemon started, by name: packets refused by reason, sent, received ... */
  readonly counters: Readonly<Record<string, number>>;
  /** Recorded ha.cf parameters, for cl_status hbparameter. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** What the projection needs of one node's core. */
export interface Projection {
  readonly self: string;
  readonly config: ClusterConfig;
  readonly links: readonly string[];
  readonly membership: Membership;
  readonly pingNodes: readonly PingNodeStatus[];
  readonly health: HealthChecks;
  readonly nodeList: NodeList;
  readonly directives: Directives;
  readonly groups: readonly Group[];
  /** Why a group is where it is, or what it waits for, by group id. */
  readonly waits: ReadonlyMap<string, string>;
  readonly media: ReadonlyMap<string, { readonly open: boolean; readonly text: string }>;
  /** Where the node is in its own life. */
  readonly life: 'off' | 'starting' | 'active' | 'leaving' | 'farewell' | 'gone';
  readonly generation: number;
  /** 16 bytes as a latin1 string. */
  readonly uuid: string;
  /** `sinceWallMs`: since when the view is as it is, ms since 1970. */
  readonly view: { readonly agreed: boolean; readonly quorate: boolean; readonly sinceWallMs: number };
  readonly counters: Readonly<Record<string, number>>;
  readonly emptySets: Readonly<Record<string, string>>;
  readonly at: Milliseconds;
  readonly wallMs: number;
}

/** The one projection from state to Status. */
export function projectStatus(state: Projection): Status {
  const nodes = state.config.nodes.map((name) => (name === state.self ? ownNode(state) : peerNode(name, state)));
  const groups = state.groups.map((group) => groupStatus(group, state));
  return {
    node: state.self,
    version,
    now: new Date(state.wallMs).toISOString(),
    view: {
      members: state.membership.view.members,
      agreed: state.view.agreed,
      quorate: state.view.quorate,
      since: new Date(state.view.sinceWallMs).toISOString(),
    },
    nodes,
    pingNodes: state.pingNodes,
    groups,
    emptySets: state.emptySets,
    problems: problems(state, nodes, groups),
    counters: state.counters,
    parameters: state.config.parameters,
  };
}

function ownNode(state: Projection): NodeStatus {
  return {
    name: state.self,
    state: state.life === 'starting' ? 'up' : 'active',
    standby: state.directives.get('standby', state.self) !== null,
    local: true,
    legacy: false,
    uuid: formatUuid(state.uuid),
    generation: state.generation,
    lastHeardMs: 0,
    links: state.links.map((name) => ({
      name,
      medium: mediumOf(name, state.config),
      state: state.media.get(name)?.open === false ? 'dead' : 'up',
    })),
    ...healthOf(state.health.faults, state),
  };
}

function healthOf(faults: HealthFaults | undefined, { config }: Projection): { health?: NodeHealth } {
  if (faults === undefined || config.healthChecks.length === 0) return {};
  const unsure = faults.filter(({ state }) => state !== 'failed').map(({ check }) => check);
  return { health: { score: scoreOf(faults), failed: failedOf(faults), unsure } };
}

function peerNode(name: string, state: Projection): NodeStatus {
  const peer = state.membership.peers.get(name);
  const lastStatusAt = peer?.lastStatusAt ?? null;
  return {
    name,
    state: peer?.state ?? 'init',
    standby: state.directives.get('standby', name) !== null,
    local: false,
    legacy: peer?.legacy ?? false,
    uuid: peer?.uuid == null ? null : formatUuid(peer.uuid),
    generation: peer === undefined || peer.generation === 0 ? null : peer.generation,
    lastHeardMs: lastStatusAt === null ? null : Math.round(state.at - lastStatusAt),
    links: (peer?.links.all() ?? []).map((link) => ({ ...link, medium: mediumOf(link.name, state.config) })),
    ...healthOf(peer?.legacy ? undefined : state.membership.announcementOf(name)?.health, state),
  };
}

function groupStatus(group: Group, state: Projection): GroupStatus {
  const { config } = group;
  const foreign = foreignClaimOver(group.claim(), config, state.membership);
  const here = foreign === null && group.claim() !== null;
  const claimed = here ? stateOf(group.phase) : foreign === null ? idleState(group) : stateOf(foreign.claim.state);
  const isHeld = claimed === 'started' || claimed === 'starting' || claimed === 'stopping';
  const groupState = isHeld && isHandsOff(config, state) ? 'unmanaged' : claimed;
  return {
    name: config.name,
    alias: config.alias,
    preferred: config.preferred,
    owner: here ? state.self : (foreign?.node ?? null),
    state: groupState,
    reason: here && group.phase !== 'wanted' ? group.reason : (state.waits.get(config.id) ?? group.reason),
    resources: group.resourceStates().map(({ resource, state: own, failures, healed }) => ({
      name: resource.name,
      agent: resource.agent,
      class: resource.class,
      state: foreign === null ? own : resourceState(groupState),
      failures,
      ...(healed > 0 ? { healed } : {}),
    })),
  };
}

/** Whether nobody is to touch the group: in maintenance, or taken out of management. */
function isHandsOff({ id }: GroupConfig, { directives, self }: Projection): boolean {
  if (directives.get('unmanage', id) !== null || directives.get('maintenance', everyNode) !== null) return true;
  return directives.get('maintenance', self) !== null;
}

/** The claim of another node that says more about the group than this node's own: a wish says less than what still runs. */
function foreignClaimOver(own: Claim | null, config: GroupConfig, membership: Membership) {
  if (own !== null && own.state !== 'wanted') return null;
  const foreign = foreignClaim(config, membership);
  return own !== null && foreign?.claim.state === 'wanted' ? null : foreign;
}

function foreignClaim({ id }: GroupConfig, membership: Membership): { node: string; claim: Claim } | null {
  let wish: { node: string; claim: Claim } | null = null;
  for (const name of membership.peers.keys()) {
    const claim = membership.announcementOf(name)?.claims.get(id);
    if (claim === undefined) continue;
    if (claim.state !== 'wanted') return { node: name, claim };
    wish = { node: name, claim };
  }
  return wish;
}

function stateOf(phase: Group['phase']): GroupState {
  switch (phase) {
    case 'wanted':
    case 'starting':
    case 'broken':
    case 'recovering':
      return 'starting';
    case 'started':
    case 'stopping':
    case 'blocked':
    case 'stopped':
      return phase;
    case 'unknown':
    case 'probing':
      return 'stopped';
    default:
      return phase satisfies never;
  }
}

function idleState({ failure }: Group): GroupState {
  return failure === null ? 'stopped' : 'failed';
}

/** What another node's group state says of its resources: it does not tell them one by one. */
function resourceState(state: GroupState): ResourceState {
  if (state === 'started' || state === 'starting' || state === 'stopping' || state === 'stopped') return state;
  return 'unknown';
}

function problems(state: Projection, nodes: readonly NodeStatus[], groups: readonly GroupStatus[]): string[] {
  const found: string[] = [];
  for (const node of nodes) found.push(...nodeProblems(node, state));
  for (const { name, state: pingState } of state.pingNodes)
    if (pingState === 'dead') found.push(`ping node ${name} is dead: it does not answer ${state.self}`);
  found.push(...state.nodeList.problems(state.membership.peers.values(), state.config.digest));
  if (!state.view.quorate) found.push('no quorum: nothing is started here');
  else if (!state.view.agreed) found.push('the nodes do not agree yet who is there: nothing is started here');
  for (const { name, state: groupState, reason, owner } of groups) {
    if (groupState !== 'started') found.push(`group ${name} is ${groupState}${owner ? ` on ${owner}` : ''}: ${reason}`);
  }
  for (const { failure, config } of state.groups) found.push(...startFailures(config, failure, state));
  for (const group of state.groups) found.push(...unwatchable(group));
  for (const group of state.groups) found.push(...group.upkeep.healing.troubles(state.at));
  for (const [link, medium] of state.media)
    if (!medium.open) found.push(`link ${link} is not open here: ${medium.text}`);
  return found;
}

/** Scripts whose status never says that they run. */
function unwatchable(group: Group): string[] {
  return group
    .unwatchable()
    .map(
      (name) =>
        `${name} is not watched: its status has not once said that it runs, so its failure would not be noticed`,
    );
}

/** A node on which a start failed is no refuge for the group any more: that counts everywhere, not only there. */
function startFailures({ id, name }: GroupConfig, failureHere: string | null, state: Projection): string[] {
  const found: string[] = [];
  const mend = `then: systole resource cleanup ${name}`;
  if (failureHere !== null) found.push(`group ${name} cannot run on ${state.self}: ${failureHere} (${mend})`);
  for (const [node, { state: peerState }] of state.membership.peers) {
    if (peerState !== 'active' || !state.membership.announcementOf(node)?.failures.has(id)) continue;
    found.push(
      `group ${name} cannot run on ${node}: its start failed there, and systole status there says why (${mend})`,
    );
  }
  return found;
}

function nodeProblems(node: NodeStatus, state: Projection): string[] {
  const found: string[] = [];
  if (node.state !== 'active') found.push(`node ${node.name} is ${node.state}`);
  if (node.standby) found.push(`node ${node.name} is in standby`);
  found.push(...checkProblems(node, state));
  if (node.legacy && state.config.nodes.length > 2)
    found.push(
      `node ${node.name} is a Heartbeat, which can share resources with one other node only: nothing is started`,
    );
  if (!node.local && (node.state === 'active' || node.state === 'up')) {
    for (const link of node.links) if (link.state === 'dead') found.push(`link ${link.name} of ${node.name} is dead`);
    const digest = state.membership.announcementOf(node.name)?.digest;
    if (digest !== undefined && digest !== state.config.digest) {
      found.push(
        `node ${node.name} has a different configuration: haresources, resources.ini and the nodes must be the same everywhere`,
      );
    }
  }
  return found;
}

function checkProblems({ name, local, health }: NodeStatus, state: Projection): string[] {
  if (health === undefined) return [];
  const { failed, score } = health;
  const follows = score === null ? 'it can hold nothing' : `its health is ${score}`;
  return failed.map((check) => {
    const why = local ? state.health.textOf(check) : `systole status there says why`;
    return `check ${check} failed on ${name} (${follows}): ${why}`;
  });
}

function mediumOf(device: string, config: ClusterConfig): string {
  const types = config.media.filter((medium) => medium.device === device).map(({ type }) => type);
  return [...new Set(types)].join('+');
}

function formatUuid(bytes: string): string | null {
  if (bytes.length !== 16) return null;
  let text = '';
  for (let index = 0; index < 16; index++) {
    if (index === 4 || index === 6 || index === 8 || index === 10) text += '-';
    text += bytes.charCodeAt(index).toString(16).padStart(2, '0');
  }
  return text;
}
