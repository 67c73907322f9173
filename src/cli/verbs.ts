/** The verbs of `systole`. A verb's file is loaded when the verb is used: a status must not load a daemon. */
import { refuseVerb } from './not-built.js';

/** What a verb's file exports: takes the arguments behind the verb, gives the exit code. */
export interface VerbModule {
  run(args: readonly string[]): Promise<number>;
}

export interface Verb {
  /** What may follow the verb. */
  readonly usage: readonly string[];
  /** What it does, in a few words. */
  readonly does: string;
  readonly load: () => Promise<VerbModule>;
}

const notBuilt = (verb: string) => async () => refuseVerb(verb);

export const verbs: Readonly<Record<string, Verb>> = {
  daemon: { usage: [''], does: 'runs the node in the foreground', load: () => import('./daemon.js') },
  check: {
    usage: [''],
    does: 'reads the configuration as the daemon does and names every problem',
    load: () => import('./check-verb.js'),
  },
  status: {
    usage: ['[--json] [--watch]'],
    does: 'shows nodes, links, groups and what is wrong; exit code 0 when all is well',
    load: () => import('./status.js'),
  },
  node: {
    usage: ['standby NODE', 'online NODE', 'list', 'add NODE...', 'forget NODE...'],
    does: 'takes everything off a node until it is online again; lists, adds and deletes nodes',
    load: () => import('./node.js'),
  },
  resource: {
    usage: [
      'list',
      'move GROUP NODE',
      'clear GROUP',
      'start GROUP',
      'stop GROUP',
      'restart GROUP',
      'cleanup GROUP',
      'unmanage GROUP',
      'manage GROUP',
    ],
    does: 'lists groups; moves one, takes a move back, stops, starts, forgets failures, leaves it alone',
    load: () => import('./resource.js'),
  },
  maintenance: {
    usage: ['on|off [NODE]'],
    does: 'leaves everything as it is, on every node or one, until it is off again',
    load: () => import('./maintenance.js'),
  },
  standby: {
    usage: ['[all|local|foreign|failback]'],
    does: 'gives the groups of this node to others',
    load: () => import('./standby.js'),
  },
  takeover: {
    usage: ['[all|local|foreign|failback]'],
    does: 'takes the groups of other nodes',
    load: () => import('./takeover.js'),
  },
  release: {
    usage: [''],
    does: 'in an emergency, without a daemon: stops everything this node may hold',
    load: () => import('./release.js'),
  },
  import: {
    usage: ['[--from DIR] [--dry-run]'],
    does: "takes over the identity of this machine's Heartbeat, before the daemon's first start",
    load: () => import('./import.js'),
  },
  export: {
    usage: ['[--to DIR] [--dry-run]'],
    does: "gives the identity back to this machine's Heartbeat, after the daemon's last stop",
    load: () => import('./export.js'),
  },
  plan: { usage: ['[--if EVENT]'], does: 'not built yet', load: notBuilt('plan') },
  simulate: { usage: ['FILE'], does: 'not built yet', load: notBuilt('simulate') },
  why: { usage: ['GROUP'], does: 'not built yet', load: notBuilt('why') },
  history: { usage: ['[--since TIME] [--json]'], does: 'not built yet', load: notBuilt('history') },
  decode: {
    usage: ['FILE|- [--json]'],
    does: 'shows and checks the packets of a capture, and why nodes may not see each other',
    load: () => import('./decode.js'),
  },
};

/** The lines of `systole --help`. */
export function usageLines(): string[] {
  const lines = ['usage: systole VERB [OPTIONS]', ''];
  for (const [name, { does, usage }] of Object.entries(verbs)) {
    lines.push(...verbUsage(name, usage).map((line) => `  ${line}`), `      ${does}`);
  }
  return [
    ...lines,
    '',
    'Options of every verb, and the environment variable that stands for each:',
    '  --config DIR   ha.cf, authkeys, haresources, resources.ini (HA_DIR, /etc/ha.d)',
    '  --state DIR    what is kept over restarts (SYSTOLE_STATE, /var/lib/systole)',
    '  --run DIR      the control socket (SYSTOLE_RUN, /run/systole)',
    '  --node NAME    name of this node (SYSTOLE_NODE, nodeinfo, uname -n)',
    'Verbs that change the cluster wait for the result: --timeout SECONDS (120), or --no-wait.',
    '',
    'Exit codes: 0 done or healthy, 1 not so, 2 wrong usage, 3 the daemon cannot be reached.',
  ];
}

/** How one verb is written, a line for each of its forms. */
export function verbUsage(name: string, usage: readonly string[]): string[] {
  return usage.map((rest) => `systole ${name} ${rest}`.trimEnd());
}
