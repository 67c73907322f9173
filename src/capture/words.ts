/** What a message says, in words. One entry a type; what is not in the table is shown field by field. */
import { parseHex } from '../order/numbers.js';
import { parseAck, parseNak, parseRexmit } from '../order/reliability.js';
import type { Message } from '../wire/message.js';
import { announcementWords } from './announcement-words.js';
import { fieldWords } from './field-words.js';
import { printable } from './printable.js';

/** What the words may know beside the message. */
export interface Vocabulary {
  /** Names of groups by their id on the wire. */
  readonly groups: ReadonlyMap<string, string>;
}

type Words = (message: Message, vocabulary: Vocabulary) => string;

/** Longer than anything that real nodes say. */
const charactersMax = 4000;

/** One line without line breaks or control characters, and not endless. */
export function describeMessage(message: Message, vocabulary: Vocabulary): string {
  const type = message.get('t') ?? '';
  const describe = (Object.hasOwn(table, type) ? table[type] : undefined) ?? fieldWords;
  const words = describe(message, vocabulary);
  return words.length > charactersMax ? `${words.slice(0, charactersMax)}...` : words;
}

const table: Readonly<Record<string, Words>> = {
  status: statusWords,
  NS_st: (m) => `to ping node ${said(m, 'src')} and back (${said(m, 'info')})`,
  NS_ackmsg: (m) => `tells ${said(m, 'dest')}: heard everything up to seq ${parseAck(m)?.seq ?? said(m, 'ackseq')}`,
  NS_rexmit: rexmitWords,
  NS_nak_rexmit: (m) =>
    `cannot send seq ${parseNak(m)?.seq ?? said(m, 'firstseq')} again for ${said(m, 'dest')}: ${said(m, 'info')}`,
  reqnodes: (m) => `asks ${said(m, 'dest')} for the list of nodes`,
  repnodes: (m) => `tells ${said(m, 'dest')} the nodes: ${list(m, 'nodelist')}; removed: ${list(m, 'delnodelist')}`,
  starting: () => 'is active and starts to settle who holds which resources',
  resource: resourceWords,
  ask_resources: askWords,
  hb_takeover: (m) => `asks the other node to hand over: ${said(m, 'rsc_hold')}`,
  'ip-request': (m) => `asks for group ${said(m, 'ipaddr')}`,
  'ip-request-resp': (m) =>
    `tells ${said(m, 'dest')}: group ${said(m, 'ipaddr')} ${m.get('ok') === 'OK' ? 'may be started there' : `is refused (${said(m, 'ok')})`}`,
  shutdone: () => 'has given everything up and goes',
  stonith: (m) => `fencing of ${said(m, 'node')}: ${fencingResult(m.get('result') ?? '')}`,
  addnode: (m) => `adds nodes: ${list(m, 'nodelist')}`,
  delnode: (m) => `removes nodes: ${list(m, 'nodelist')}`,
  setweight: (m) => `sets the weight of ${said(m, 'node')} to ${said(m, 'weight')}`,
  setsite: (m) => `sets the site of ${said(m, 'node')} to ${said(m, 'site')}`,
  'hbapi-clstat': (m) => `client ${said(m, 'from_id')} ${m.get('st') === 'leave' ? 'leaves' : 'is there'}`,
  'query-cstatus': (m) => `asks ${said(m, 'dest')} whether client ${said(m, 'cn')} is there`,
  'respond-cstatus': (m) => `tells ${said(m, 'dest')}: client ${said(m, 'cn')} is ${said(m, 'cs')}`,
  num_ping_nodes: (m) => `tells ${said(m, 'dest')}: reaches ${said(m, 'num_ping')} ping nodes (ipfail)`,
  abort_giveup: (m) => `tells ${said(m, 'dest')}: do not give up (ipfail)`,
  you_are_dead: (m) => `tells ${said(m, 'dest')}: you reach fewer ping nodes (ipfail)`,
};

function statusWords(message: Message, { groups }: Vocabulary): string {
  const deadtimeMs = parseHex(message.get('dt') ?? '');
  const words = [said(message, 'st')];
  if (deadtimeMs !== null) words.push(`dead after ${deadtimeMs} ms`);
  if (message.get('protocol') === undefined) words.push('no protocol version (an old Heartbeat)');
  return [words.join(', '), ...announcementWords(message, groups)].join('; ');
}

function rexmitWords(message: Message): string {
  const range = parseRexmit(message);
  const to = said(message, 'dest');
  if (range === null)
    return `asks ${to} for seq ${said(message, 'firstseq')} to ${said(message, 'lastseq')}, which is none`;
  const { firstSeq, lastSeq } = range;
  return `asks ${to} for seq ${firstSeq}${lastSeq === firstSeq ? '' : ` to ${lastSeq}`}`;
}

const held: Readonly<Record<string, string>> = {
  none: 'none',
  local: 'local (its own)',
  foreign: "foreign (the other node's)",
  all: 'all',
};

function resourceWords(message: Message): string {
  const hold = message.get('rsc_hold') ?? '';
  const words = [`holds ${Object.hasOwn(held, hold) ? held[hold] : said(message, 'rsc_hold')}`];
  const stable = message.get('isstable');
  if (stable !== undefined) words.push(stable === '1' ? 'stable' : 'not stable');
  const info = message.get('info');
  return info === undefined ? words.join(', ') : `${words.join(', ')}: ${printable(info)}`;
}

/** Heartbeat's steps of a standby; the set is named as the node that gives sees it. */
const steps: Readonly<Record<string, string>> = {
  me: 'wants to give',
  other: 'agrees to take',
  done: 'is done with',
  not: 'does not take',
};

function askWords(message: Message): string {
  const info = message.get('info') ?? '';
  const step = Object.hasOwn(steps, info) ? steps[info] : `says ${said(message, 'info')} about`;
  return `standby: ${step} ${said(message, 'rsc_hold')} (info ${said(message, 'info')})`;
}

const results: Readonly<Record<string, string>> = {
  OK: 'it is off',
  badhost: 'no device can fence it',
  bad: 'it failed',
  n_stnth: 'no device is configured',
  unneeded: 'not needed, it had given everything up',
};

function fencingResult(result: string): string {
  const word = printable(result);
  return Object.hasOwn(results, result) ? `${word} (${results[result]})` : word;
}

/** The value of a field, or a question mark. */
function said(message: Message, name: string): string {
  return printable(message.get(name) ?? '?');
}

function list(message: Message, name: string): string {
  return printable((message.get(name) ?? '').trim()) || 'none';
}
