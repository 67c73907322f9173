/** cl_status: Heartbeat's command for scripts and monitoring, with its output and exit codes. */
import { DaemonUnreachable } from '../../io/control-client.js';
import type { Status } from '../../status.js';
import { readArguments } from '../arguments.js';
import { askStatus } from '../daemon-client.js';
import { print, printError } from '../terminal.js';
import { getopt } from './getopt.js';
import {
  type Answer,
  incomplete,
  otherError,
  parameterError,
  type Query,
  type Question,
  queries,
  timedOut,
} from './queries.js';

const usage = [
  'usage: cl_status SUBCOMMAND [OPTIONS] [ARGUMENTS]',
  '  hbstatus [-v]                  whether heartbeat runs on this machine',
  '  listnodes [-n|-p] [-v]         the nodes: -n cluster nodes, -p ping nodes, -v with their state',
  '  nodestatus NODE                active, up, init, dead; ping for a ping node',
  '  nodetype NODE                  normal or ping',
  '  nodeweight NODE, nodesite NODE',
  '  listhblinks NODE [-v]          the heartbeat links of a node',
  '  hblinkstatus NODE LINK         up or dead',
  '  clientstatus NODE CLIENT [MS]  offline: there is no client API here',
  '  rscstatus                      what this node holds: none, local, foreign, all, transition',
  '  hbparameter -p NAME            the value of a parameter of ha.cf',
  '-m answers in sentences.',
];

/** As long as Heartbeat's takes at most. */
const limitMs = 5000;

/** What there is to say without a daemon. */
function unreachable(error: DaemonUnreachable, name: string, args: readonly string[]): Answer {
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
  const read = getopt(args, 'mv');
  const verbose = !('wrong' in read) && read.flags.has('v');
  const lines = ['Heartbeat is stopped on this machine.'];
  return { code: 1, lines: verbose ? [...lines, `(${error.message})`] : lines };
}

/** The answer when the daemon has told its status. As with Heartbeat, a wrong option ends every query but hbstatus. */
function answerOf(status: Status, name: string, query: Query, args: readonly string[]): Answer {
  const read = getopt(args, query.options);
  if ('wrong' in read) {
    const wrong = `${name}: ${read.wrong}`;
    if (name !== 'hbstatus') return { code: parameterError, lines: [], errors: [wrong] };
    return { ...query.answer(status, { words: [], flags: new Set() }), errors: [wrong] };
  }
  const { flags, values, words } = read;
  const asked: Question = { words, flags, ...(values.p === undefined ? {} : { parameter: values.p }) };
  return incomplete(query, asked) ?? query.answer(status, asked);
}

async function answer(name: string, query: Query, args: readonly string[]): Promise<Answer> {
  try {
    return answerOf(await askStatus(readArguments([]).places.runDir, limitMs), name, query, args);
  } catch (error) {
    if (error instanceof DaemonUnreachable) return unreachable(error, name, args);
    throw error;
  }
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
  const { code, errors = [], lines } = await answer(name, query, rest);
  for (const line of lines) print(line);
  for (const line of errors) printError(line);
  return code;
}
