/** The text form of scenarios: one statement a line, then a line of dashes, then the transcript recorded last. */
import type { Problem } from '../config/types.js';
import type { Command, Milliseconds, Operation, ResourceSet } from '../events.js';

/** What an agent does from now on when it is asked for an operation. */
export type AgentMood =
  | { readonly mood: 'works' | 'fails' | 'hangs' }
  | { readonly mood: 'takes'; readonly ms: Milliseconds };

/** Statements that describe the cluster; they come before all others. */
export type Setting =
  | { readonly do: 'nodes'; readonly names: readonly string[] }
  | { readonly do: 'links'; readonly names: readonly string[] }
  | { readonly do: 'pings'; readonly names: readonly string[] }
  | { readonly do: 'timing'; readonly keepaliveMs: number; readonly deadtimeMs: number; readonly initdeadMs: number }
  | { readonly do: 'failback'; readonly on: boolean }
  | { readonly do: 'seed'; readonly seed: number }
  | { readonly do: 'group'; readonly preferred: string; readonly resources: readonly string[] };

/** Statements that do something, in their order. */
export type Deed =
  | { readonly do: 'start' | 'stop' | 'crash'; readonly nodes: readonly string[] }
  | { readonly do: 'run'; readonly ms: Milliseconds }
  | { readonly do: 'cut'; readonly from: string; readonly to: string | null; readonly link: string | null }
  | { readonly do: 'heal' }
  | { readonly do: 'pause' | 'suspend'; readonly node: string; readonly ms: Milliseconds }
  | { readonly do: 'medium'; readonly node: string; readonly link: string; readonly state: 'open' | 'failed' }
  | {
      readonly do: 'agent';
      readonly node: string;
      readonly resource: string;
      readonly operation: Operation;
      readonly mood: AgentMood;
    }
  | { readonly do: 'command'; readonly node: string; readonly command: Command }
  | { readonly do: 'expect'; readonly group: string; readonly owners: readonly string[] };

export type Statement = (Setting | Deed) & { readonly line: number };

export interface ScenarioText {
  readonly statements: readonly Statement[];
  readonly problems: readonly Problem[];
  /** Everything above the line of dashes, as written. */
  readonly head: string;
  /** The transcript below it. */
  readonly recorded: string;
}

/** Reads a scenario. `file` names it in problems. */
export function parseScenario(file: string, text: string): ScenarioText {
  const lines = text.split('\n');
  const dashes = lines.findIndex((line) => /^-{3,}$/.test(line));
  const headLines = dashes < 0 ? lines : lines.slice(0, dashes);
  const statements: Statement[] = [];
  const problems: Problem[] = [];
  headLines.forEach((text, index) => {
    const words = text.replace(/#.*/, '').trim().split(/\s+/);
    if (words[0] === '') return;
    const statement = parseStatement(words);
    const line = index + 1;
    if (typeof statement === 'string') problems.push({ file, line, column: 1, severity: 'error', text: statement });
    else statements.push({ ...statement, line });
  });
  const head = `${headLines.join('\n').trimEnd()}\n`;
  return { statements, problems, head, recorded: dashes < 0 ? '' : lines.slice(dashes + 1).join('\n') };
}

/** A statement, or false when it is written wrongly. */
type Parsed = Setting | Deed | false;
type Parser = (words: readonly string[]) => Parsed;

/** The one table of statements: how each is written, and its parser. */
const grammar: Readonly<Record<string, readonly [usage: string, Parser]>> = {
  nodes: ['nodes NAME...', (names) => names.length > 0 && { do: 'nodes', names }],
  links: ['links NAME...', (names) => names.length > 0 && { do: 'links', names }],
  pings: ['pings NAME...', (names) => names.length > 0 && { do: 'pings', names }],
  timing: ['timing KEEPALIVE DEADTIME INITDEAD', timing],
  failback: ['failback on|off', ([on]) => (on === 'on' || on === 'off') && { do: 'failback', on: on === 'on' }],
  seed: ['seed NUMBER', ([seed]) => /^\d+$/.test(seed ?? '') && { do: 'seed', seed: Number(seed) }],
  group: [
    'group NODE RESOURCE...',
    ([preferred = '', ...resources]) => resources.length > 0 && { do: 'group', preferred, resources },
  ],
  start: ['start NODE...', (nodes) => nodes.length > 0 && { do: 'start', nodes }],
  stop: ['stop NODE...', (nodes) => nodes.length > 0 && { do: 'stop', nodes }],
  crash: ['crash NODE...', (nodes) => nodes.length > 0 && { do: 'crash', nodes }],
  run: ['run TIME', run],
  cut: ['cut NODE[>NODE] [LINK]', cut],
  heal: ['heal', (words) => words.length === 0 && { do: 'heal' }],
  pause: ['pause NODE TIME', (words) => pause('pause', words)],
  suspend: ['suspend NODE TIME', (words) => pause('suspend', words)],
  medium: ['medium NODE LINK open|failed', medium],
  agent: ['agent NODE RESOURCE start|stop|status works|fails|hangs|takes TIME', agent],
  command: ['command NODE VERB...', ([node, ...words]) => command(node, words)],
  expect: ['expect GROUP on NODE...|nobody', expectOwners],
};

function parseStatement([verb = '', ...words]: readonly string[]): Setting | Deed | string {
  const entry = Object.hasOwn(grammar, verb) ? grammar[verb] : undefined;
  if (entry === undefined)
    return `"${verb}" is no statement of a scenario: there are ${Object.keys(grammar).join(', ')}`;
  const [usage, parse] = entry;
  return parse(words) || `this is written: ${usage}`;
}

/** Milliseconds of a time such as 5s, 200ms or 2m; null when it is none. */
function time(word: string | undefined): Milliseconds | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(word ?? '');
  if (match === null) return null;
  return Number(match[1]) * (match[2] === 'ms' ? 1 : match[2] === 's' ? 1000 : 60_000);
}

function timing(words: readonly string[]): Parsed {
  const [keepaliveMs, deadtimeMs, initdeadMs] = words.map(time);
  if (keepaliveMs == null || deadtimeMs == null || initdeadMs == null) return false;
  return { do: 'timing', keepaliveMs, deadtimeMs, initdeadMs };
}

function run([word]: readonly string[]): Parsed {
  const ms = time(word);
  return ms !== null && { do: 'run', ms };
}

function cut([pair = '', link]: readonly string[]): Parsed {
  const [from = '', to = null] = pair.split('>');
  return from !== '' && { do: 'cut', from, to, link: link ?? null };
}

function pause(what: 'pause' | 'suspend', [node = '', word]: readonly string[]): Parsed {
  const ms = time(word);
  return ms !== null && { do: what, node, ms };
}

function medium([node = '', link = '', state]: readonly string[]): Parsed {
  return (state === 'open' || state === 'failed') && { do: 'medium', node, link, state };
}

function agent([node = '', resource = '', operation, mood, word]: readonly string[]): Parsed {
  if (operation !== 'start' && operation !== 'stop' && operation !== 'status') return false;
  if (mood === 'works' || mood === 'fails' || mood === 'hangs')
    return { do: 'agent', node, resource, operation, mood: { mood } };
  const ms = time(word);
  return mood === 'takes' && ms !== null && { do: 'agent', node, resource, operation, mood: { mood, ms } };
}

function expectOwners([group = '', on, ...owners]: readonly string[]): Parsed {
  if (on !== 'on' || owners.length === 0) return false;
  return { do: 'expect', group, owners: owners[0] === 'nobody' ? [] : owners };
}

function command(node = '', [verb, first = '', second = '']: readonly string[]): Parsed {
  const parsed = operatorCommand(verb, first, second);
  return parsed !== null && { do: 'command', node, command: parsed };
}

function operatorCommand(verb: string | undefined, first: string, second: string): Command | null {
  switch (verb) {
    case 'node-standby':
    case 'node-online':
      return { verb, node: first };
    case 'move':
      return { verb, group: first, node: second };
    case 'clear':
    case 'cleanup':
      return { verb, group: first };
    case 'standby':
    case 'takeover':
      return isSet(first) ? { verb, set: first } : null;
    default:
      return null;
  }
}

function isSet(word: string): word is ResourceSet {
  return word === 'all' || word === 'local' || word === 'foreign' || word === 'failback';
}
