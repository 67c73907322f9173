/** Every directive of Heartbeat 3.0.6's ha.cf, one row each: what its value is, its default, and what becomes of it here. */
import { readApiauth } from './apiauth.js';
import { readFailfast, readRespawn } from './clients.js';
import { readBcast, readMcast, readUcast, readUdp } from './media.js';
import { readMcast6, readUcast6 } from './media6.js';
import { readEnv, readNode } from './node.js';
import { readPing, readPing6, readPingGroup } from './ping.js';
import { readSerial } from './serial.js';
import type { StatementReader } from './statement.js';
import * as unbuilt from './unbuilt.js';

/** What a directive's value must be. Numbers: both ends of a range included. */
export type ValueRule =
  | { readonly type: 'time' }
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  | { readonly type: 'choice'; readonly words: readonly string[] }
  /** Heartbeat's words for true and false, and some others. */
  | { readonly type: 'boolean'; readonly also: readonly string[] }
  | { readonly type: 'word' }
  /** An absolute path. */
  | { readonly type: 'path' }
  /** More than one value: `read` does it. */
  | { readonly type: 'statement'; readonly read: StatementReader };

/**
 * What becomes of a directive: `built` works; `withoutEffect` is accepted with a warning that says what to do
 * instead; `notBuilt` is checked, with a warning; `rejected` is an error with an explanation.
 */
export type DirectiveState = 'built' | 'withoutEffect' | 'notBuilt' | 'rejected';

export interface Directive {
  readonly name: string;
  /** `list`: words between blanks, tabs or commas, each applied by itself. `line`: commas belong to the words. */
  readonly kind: 'list' | 'line';
  readonly rule: ValueRule;
  readonly state: DirectiveState;
  /** What Heartbeat records when the directive is not given; null = nothing, or it depends on others (ha-cf.ts). */
  readonly fallback: string | null;
  /** Whether `cl_status hbparameter` and the agents' environment know it. */
  readonly recorded: boolean;
  /** Values (as parsed, in text) that mean what is done anyway, and so need no warning. */
  readonly harmless: readonly string[];
  /** What the warning or the error says. */
  readonly note: string;
}

const time: ValueRule = { type: 'time' };
const word: ValueRule = { type: 'word' };
const path: ValueRule = { type: 'path' };
const boolean: ValueRule = { type: 'boolean', also: [] };
const integer = (min: number, max: number): ValueRule => ({ type: 'integer', min, max });
const choice = (...words: string[]): ValueRule => ({ type: 'choice', words });
const booleanOr = (...also: string[]): ValueRule => ({ type: 'boolean', also });
const any = Number.MAX_SAFE_INTEGER;

type Extra = Partial<Pick<Directive, 'kind' | 'fallback' | 'recorded' | 'harmless' | 'note'>>;

const row = (name: string, state: DirectiveState, rule: ValueRule, extra: Extra): Directive => ({
  name,
  state,
  rule,
  kind: 'list',
  fallback: null,
  recorded: rule.type !== 'statement',
  harmless: [],
  note: '',
  ...extra,
});

const built = (name: string, rule: ValueRule, extra: Extra = {}) => row(name, 'built', rule, extra);

const statement = (name: string, kind: Directive['kind'], read: StatementReader) =>
  row(name, 'built', { type: 'statement', read }, { kind });

const withoutEffect = (name: string, rule: ValueRule, note: string, extra: Extra = {}) =>
  row(name, 'withoutEffect', rule, { note, ...extra });

const notBuilt = (name: string, kind: Directive['kind'], read: StatementReader, note: string) =>
  row(name, 'notBuilt', { type: 'statement', read }, { kind, note });

const rejected = (name: string, note: string) =>
  row(name, 'rejected', { type: 'statement', read: () => {} }, { kind: 'line', note });

const modes = ['respawn', 'minimal', 'manual', 'valgrind', 'ccm-only'];
const facilities = [
  ...['none', 'daemon', 'auth', 'authpriv', 'cron', 'ftp', 'kern', 'lpr', 'mail', 'news', 'security', 'syslog', 'user'],
  ...['uucp', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
];
const pacemakerOnly = 'it speaks to Pacemaker, which is not used here; remove it';
const noCompression = 'nothing sent is compressed; remove it';
const noFence = 'no node is fenced';

/** The table. Its order is that of docs/configuration.md. */
export const directives: readonly Directive[] = [
  // Membership and timing.
  statement('node', 'list', readNode),
  built('keepalive', time, { fallback: '1000ms' }),
  built('deadtime', time, { fallback: '30000ms' }),
  built('warntime', time),
  built('initdead', time),
  built('deadping', time),
  built('hopfudge', integer(0, 255), { fallback: '1' }),
  built('hbgenmethod', choice('file', 'time'), { fallback: 'file' }),
  built('autojoin', choice('none', 'other', 'any'), { fallback: 'none' }),
  built('cluster', word, { fallback: 'linux-ha' }),
  built('max_rexmit_delay', integer(1, 3_600_000), { fallback: '250' }),
  withoutEffect('uuidfrom', choice('file', 'nodename'), 'the node keeps a uuid of its own in its state directory', {
    fallback: 'file',
    harmless: ['file'],
  }),

  // Resources.
  built('auto_failback', booleanOr('legacy'), { fallback: 'legacy' }),
  rejected(
    'nice_failback',
    'it is obsolete and does not do what it says even in Heartbeat; write "auto_failback on" or "off"',
  ),
  built('crm', booleanOr(...modes), { recorded: false }),
  built('pacemaker', booleanOr(...modes), { fallback: 'false' }),
  withoutEffect('crm_daemon_dir', word, pacemakerOnly),
  withoutEffect('crmd_spawns_pengine', boolean, pacemakerOnly),
  withoutEffect('record_config_changes', boolean, pacemakerOnly, { fallback: 'on' }),
  withoutEffect('record_pengine_inputs', boolean, pacemakerOnly, { fallback: 'on' }),
  withoutEffect('enable_config_writes', boolean, pacemakerOnly, { fallback: 'on' }),
  withoutEffect('quorum_server', word, 'there is no quorum server; quorum is more than half of the nodes'),
  notBuilt('stonith', 'line', unbuilt.readStonith, noFence),
  notBuilt('stonith_host', 'line', unbuilt.readStonithHost, noFence),

  // Media.
  statement('bcast', 'list', readBcast),
  statement('ucast', 'line', readUcast),
  statement('mcast', 'line', readMcast),
  statement('udp', 'list', readUdp),
  built('udpport', integer(1, 65535)),
  statement('ucast6', 'line', readUcast6),
  statement('mcast6', 'line', readMcast6),
  statement('serial', 'list', readSerial),
  built('baud', choice('9600', '19200', '38400', '57600', '115200', '230400', '460800'), { fallback: '19200' }),
  statement('ping', 'list', readPing),
  statement('ping6', 'list', readPing6),
  statement('ping_group', 'line', readPingGroup),
  rejected(
    'hbaping',
    'it needs a Fibre Channel plug-in that is not in Heartbeat 3.0.6 either; use bcast, ucast or mcast',
  ),
  rejected('openais', 'it is not in Heartbeat 3.0.6 either; use bcast, ucast or mcast'),
  rejected('rds', 'it is not in Heartbeat 3.0.6 either; use bcast, ucast or mcast'),
  rejected('tipc', 'it is not in Heartbeat 3.0.6 either; use bcast, ucast or mcast'),
  built('msgfmt', choice('classic', 'netstring'), { fallback: 'classic' }),
  withoutEffect('compression', word, noCompression, { fallback: 'zlib', harmless: ['zlib'] }),
  withoutEffect('compression_threshold', integer(1, any), noCompression, { fallback: '2' }),
  withoutEffect('traditional_compression', boolean, noCompression, { fallback: 'no', harmless: ['false'] }),

  // Logging.
  built('logfile', path),
  built('debugfile', path),
  built('logfacility', choice(...facilities)),
  built('debug', integer(0, 255), { fallback: '0' }),
  built('syslogmsgfmt', boolean, { fallback: 'true' }),
  built('use_logd', boolean),
  withoutEffect('conn_logd_time', time, 'there is no logging daemon; remove it', { fallback: '60' }),
  withoutEffect('log_badpack', boolean, 'bad packets are always counted, and logged a few at a time', {
    fallback: 'true',
    harmless: ['true'],
  }),

  // Processes.
  built('realtime', boolean, { fallback: 'true' }),
  withoutEffect(
    'rtprio',
    integer(1, 99),
    'the lowest real-time priority is used, which is above every ordinary process',
  ),
  withoutEffect(
    'memreserve',
    integer(1, any),
    'memory is not reserved; protect the daemon by OOMScoreAdjust= and MemorySwapMax= of its unit',
    {
      fallback: '6500',
    },
  ),
  withoutEffect('coredumps', boolean, 'core dumps are what LimitCORE= of the unit says', { fallback: 'true' }),
  withoutEffect('coreroot', path, 'core dumps go where the kernel puts them (kernel.core_pattern)'),
  withoutEffect('use_apphbd', boolean, 'there is no application heartbeat daemon; use WatchdogSec= of the unit', {
    recorded: false,
    harmless: ['false'],
  }),
  notBuilt('watchdog', 'list', unbuilt.readWatchdog, 'no watchdog is fed'),
  statement('respawn', 'line', readRespawn),
  statement('failfast', 'line', readFailfast),
  statement('apiauth', 'line', readApiauth),
  statement('env', 'list', readEnv),
  rejected('normalpoll', 'Heartbeat 3.0.6 does not know it either; remove it'),
];
