/** Plays a written scenario in the simulated world and gives its transcript. */
import type { AuthKeys, ClusterConfig, Problem, ResourceConfig } from '../config/types.js';
import type { Operation } from '../events.js';
import { type Deed as AgentDeed, type AgentModel, steadyAgents } from './agents.js';
import { simAuth, simConfig, simTiming } from './config.js';
import { Dice } from './dice.js';
import { perfectLink } from './network.js';
import { type AgentMood, type Deed, parseScenario, type Statement } from './scenario-text.js';
import { Transcript } from './transcript.js';
import { type CreateCore, World } from './world.js';

export interface ScenarioOptions {
  readonly createCore: CreateCore;
  /** Names the scenario in problems. */
  readonly file: string;
  readonly text: string;
  /** The cluster to play it with; without it the scenario describes its own. */
  readonly given?: { readonly config: ClusterConfig; readonly auth: AuthKeys };
}

export interface ScenarioResult {
  readonly problems: readonly Problem[];
  readonly transcript: readonly string[];
  /** Expectations that did not hold, one sentence each. */
  readonly failures: readonly string[];
}

/** Agents of a scenario: steady ones, but for what `agent` statements said, by node, resource and operation. */
type Moods = Map<string, AgentMood>;

/** Plays it. With problems in the text nothing is played. */
export function playScenario(options: ScenarioOptions): ScenarioResult {
  const { file, text, given } = options;
  const { statements, problems } = parseScenario(file, text);
  const described = given ?? describeCluster(statements);
  const deeds = statements.filter((statement): statement is Deed & { line: number } => !isSetting(statement));
  const allProblems = [...problems, ...nameProblems(file, deeds, described.config)];
  if (allProblems.length > 0) return { problems: allProblems, transcript: [], failures: [] };
  const moods: Moods = new Map();
  const seed = statements.find((statement) => statement.do === 'seed')?.seed ?? 1;
  const world = new World({
    ...described,
    createCore: options.createCore,
    links: new Map([...new Set(described.config.media.map(({ device }) => device))].map((name) => [name, perfectLink])),
    dice: new Dice(seed),
    agents: moodyAgents(moods),
    latenessMs: 0,
    diskMs: 0,
  });
  const transcript = new Transcript();
  world.observers.push(transcript);
  const failures: string[] = [];
  for (const deed of deeds) {
    const failure = carryOut(deed, world, moods);
    if (failure === null) continue;
    failures.push(`${file}:${deed.line}: ${failure}`);
    world.tell(null, `FAILED: ${failure}`);
  }
  return { problems: [], transcript: transcript.lines, failures };
}

function isSetting({ do: what }: Statement): boolean {
  return ['nodes', 'links', 'pings', 'timing', 'failback', 'seed', 'group'].includes(what);
}

function describeCluster(statements: readonly Statement[]): { config: ClusterConfig; auth: AuthKeys } {
  let nodes: readonly string[] = ['a', 'b'];
  let links: readonly string[] = ['eth0', 'eth1'];
  let timing = simTiming(1000, 3000, 6000);
  let pings: readonly string[] = [];
  let failback = true;
  const groups: { preferred: string; resources: readonly string[]; failback: boolean }[] = [];
  for (const statement of statements) {
    if (statement.do === 'nodes') nodes = statement.names;
    else if (statement.do === 'links') links = statement.names;
    else if (statement.do === 'pings') pings = statement.names;
    else if (statement.do === 'timing')
      timing = simTiming(statement.keepaliveMs, statement.deadtimeMs, statement.initdeadMs);
    else if (statement.do === 'failback') failback = statement.on;
    else if (statement.do === 'group') groups.push({ ...statement, failback });
  }
  const timeouts = { startMs: 10_000, stopMs: 5000, statusMs: 5000, monitorMs: 5000 };
  return { config: simConfig({ nodes, links, pings, groups, timing, timeouts }), auth: simAuth('crc') };
}

/** Names of nodes, links and groups that the cluster does not have. */
function nameProblems(file: string, deeds: readonly (Deed & { line: number })[], config: ClusterConfig): Problem[] {
  const links = [...config.media.map(({ device }) => device), ...config.pingNodes.map(({ name }) => name)];
  const groups = config.groups.map(({ name }) => name);
  return deeds.flatMap((deed) => {
    const named = namesIn(deed);
    const texts = [
      ...unknown('node', named.nodes, config.nodes),
      ...unknown('link', named.links, links),
      ...unknown('group', named.groups, groups),
    ];
    return texts.map((text): Problem => ({ file, line: deed.line, column: 1, severity: 'error', text }));
  });
}

function unknown(what: string, names: readonly string[], known: readonly string[]): string[] {
  return names.filter((name) => !known.includes(name)).map((name) => `there is no ${what} "${name}" in this cluster`);
}

interface Named {
  readonly nodes: readonly string[];
  readonly links: readonly string[];
  readonly groups: readonly string[];
}

/** The names a statement uses. Those inside an operator's command are not looked at: its refusal may be what is to be shown. */
function namesIn(deed: Deed): Named {
  const none: Named = { nodes: [], links: [], groups: [] };
  switch (deed.do) {
    case 'start':
    case 'stop':
    case 'crash':
      return { ...none, nodes: deed.nodes };
    case 'cut':
      return {
        ...none,
        nodes: deed.to === null ? [deed.from] : [deed.from, deed.to],
        links: deed.link === null ? [] : [deed.link],
      };
    case 'pause':
    case 'suspend':
    case 'agent':
    case 'command':
      return { ...none, nodes: [deed.node] };
    case 'medium':
      return { ...none, nodes: [deed.node], links: [deed.link] };
    case 'expect':
      return { ...none, nodes: deed.owners, groups: [deed.group] };
    case 'run':
    case 'heal':
      return none;
    default:
      return deed satisfies never;
  }
}

function moodyAgents(moods: Moods): AgentModel {
  return (node, group, resource, operation, up) => {
    const steady = steadyAgents(node, group, resource, operation, up);
    const mood = moods.get(moodKey(node, resource, operation));
    if (mood === undefined || mood.mood === 'works') return steady;
    if (mood.mood === 'takes') return { ...steady, durationMs: mood.ms };
    const failed: AgentDeed = { ...steady, succeeds: false, upAfter: up };
    return mood.mood === 'fails' ? failed : { ...failed, durationMs: Number.POSITIVE_INFINITY };
  };
}

function moodKey(node: string, resource: Pick<ResourceConfig, 'name'>, operation: Operation): string {
  return `${node} ${resource.name} ${operation}`;
}

/** Carries one statement out; what was expected in vain, or null. */
function carryOut(deed: Deed, world: World, moods: Moods): string | null {
  switch (deed.do) {
    case 'start':
      for (const name of deed.nodes) world.boot(world.node(name));
      return null;
    case 'stop':
      for (const name of deed.nodes) world.shutdown(world.node(name));
      return null;
    case 'crash':
      for (const name of deed.nodes) world.crash(world.node(name));
      return null;
    case 'run':
      world.runUntil(world.now + deed.ms);
      return null;
    case 'cut':
      cutLinks(deed, world);
      return null;
    case 'heal':
      world.network.heal();
      world.pingNet.heal(world.now);
      world.tell(null, 'all links work');
      world.reconnected();
      return null;
    case 'pause':
    case 'suspend':
      world.pause(world.node(deed.node), deed.ms, deed.do === 'pause' ? 'runs' : 'stands');
      return null;
    case 'medium':
      world.setMedium(world.node(deed.node), world.linkNames.indexOf(deed.link), deed.state);
      return null;
    case 'agent':
      moods.set(moodKey(deed.node, { name: deed.resource }, deed.operation), deed.mood);
      return null;
    case 'command':
      world.command(world.node(deed.node), deed.command);
      return null;
    case 'expect':
      return disappointment(deed.group, deed.owners, world);
    default:
      return deed satisfies never;
  }
}

function cutLinks({ from, to, link }: Deed & { do: 'cut' }, world: World): void {
  const a = world.node(from).index;
  const ping = world.pingNet.names.indexOf(link ?? '');
  if (ping >= 0) world.pingNet.cut(a, ping, world.now);
  for (let index = 0; index < world.linkNames.length; index++) {
    if (link !== null && world.linkNames[index] !== link) continue;
    for (const { index: b } of world.nodes) {
      if (b === a || (to !== null && b !== world.node(to).index)) continue;
      world.network.cut(index, a, b);
      if (to === null) world.network.cut(index, b, a);
    }
  }
  world.tell(null, `cut: ${to === null ? from : `${from} to ${to}`} on ${link ?? 'all links'}`);
  world.reconnected();
}

function disappointment(group: string, owners: readonly string[], world: World): string | null {
  const holders = world.holders(group);
  const partly = holders.filter((name) => !world.node(name).machine.serves(group));
  if (partly.length > 0) return `${group} is only partly up on ${partly.join(' and ')}`;
  if (holders.join(' ') === [...owners].sort().join(' ')) return null;
  return `${group} should be up on ${owners.join(' and ') || 'nobody'}, and is on ${holders.join(' and ') || 'nobody'}`;
}
