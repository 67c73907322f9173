/** cl_status: Heartbeat's command for scripts and monitoring, with its output and exit codes. */
import { parseArgs } from 'node:util';
import { DaemonUnreachable } from '../../io/control-client.js';
import type { Status } from '../../status.js';
import { readArguments } from '../arguments.js';
import { askStatus } from '../daemon-client.js';
import { print, printError } from '../terminal.js';
import { type Answer, otherError, parameterError, type Query, type Question, queries, timedOut } from './queries.js';

const usage = [
  'usage: cl_status SUBCOMMAND [OPTIONS] [ARGUMENTS]',
  '  hbstatus [-v]                  whether heartbeat runs on this machine',
  '  listnodes [-n|-p] [-v]         the nodes: -n cluster nodes, -p ping nodes, -v with their state',
  '  nodestatus NODE                active, up, init, dead; ping for a ping node',
  '  nodetype NODE                  normal or ping',
  '  nodeweight NODE, nodesite NODE',
  '  listhblinks NODE [-v]          the heartbeat links of a node',
  '  hblinkstatus NODE LINK         up or dead',
  '  clientstatus NODE CLIENT [MS]  always offline: there is no client API',
  '  rscstatus                      what this node holds: none, local, foreign, all, transition',
  '  hbparameter -p NAME            the value of a parameter of ha.cf',
  '-m answers in sentences.',
];

/** As long as Heartbeat's takes at most. */
const limitMs = 5000;

function question(query: Query, args: readonly string[]): Question | null {
  const options: Record<string, { type: 'boolean' | 'string'; short: string }> = {};
  for (const option of query.options) {
    const name = option.charAt(0);
    options[name] = { type: option.endsWith(':') ? 'string' : 'boolean', short: name };
  }
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch {
    // Whatever is wrong with them, Heartbeat has one exit code for it; the caller says it.
    return null;
  }
  const flags = new Set(Object.keys(parsed.values).filter((name) => parsed.values[name] === true));
  const { p: parameter } = parsed.values;
  if (query.options.includes('p:') && typeof parameter !== 'string') return null;
  if (parsed.positionals.length < query.needs.length) return null;
  return { words: parsed.positionals, flags, ...(typeof parameter === 'string' ? { parameter } : {}) };
}

/** What there is to say without a daemon. */
function unreachable(error: DaemonUnreachable, name: string, { flags }: Question): Answer {
  if (error.kind === 'silent') return { code: timedOut, lines: [], errors: [`ERROR: ${error.message}`] };
  if (error.kind === 'garbled') return { code: otherError, lines: [], errors: [`ERROR: ${error.message}`] };
  if (name !== 'hbstatus') {
    const reason = "ERROR: REASON: hb_api_signon: Can't initiate connection to heartbeat";
    return { code: 1, lines: [], errors: ['ERROR: Cannot signon with heartbeat', reason] };
  }
  if (error.kind === 'denied') {
    const line = 'Heartbeat is apparently running on this machine, but refuses my connection';
    return { code: 0, lines: [line] };
  }
  const lines = ['Heartbeat is stopped on this machine.'];
  if (flags.has('v')) lines.push(`(${error.message})`);
  return { code: 1, lines };
}

async function answer(name: string, query: Query, asked: Question): Promise<Answer> {
  let status: Status;
  try {
    status = await askStatus(readArguments([]).places.runDir, limitMs);
  } catch (error) {
    if (error instanceof DaemonUnreachable) return unreachable(error, name, asked);
    throw error;
  }
  return query.answer(status, asked);
}

/** Runs cl_status with the words behind it; gives the exit code. */
export async function clStatus(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h') {
    for (const line of usage) print(line);
    return 0;
  }
  const query = Object.hasOwn(queries, name) ? queries[name] : undefined;
  if (query === undefined) {
    printError(`ERROR: ${name}: invalid sub-command.`);
    return parameterError;
  }
  const asked = question(query, rest);
  if (asked === null) {
    printError('Not enough parameters.');
    return parameterError;
  }
  const { code, errors = [], lines } = await answer(name, query, asked);
  for (const line of lines) print(line);
  for (const line of errors) printError(line);
  return code;
}
