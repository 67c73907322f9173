/** One word of haresources: `AGENT::argument::argument`, an address by itself, or a name that resources.ini explains. */
import { parseAddress } from './address.js';
import { classicAgents, classicParameters } from './classic-agents.js';
import type { Declaration, Declarations } from './declarations.js';
import { declaredResource, ocfParsed, systemdParsed } from './declared-resource.js';
import { parseIPv6 } from './ip.js';
import { hint } from './nearest.js';
import { findOcfAgent, ocfTypes } from './ocf-agent.js';
import { addDeclared, placeAt, readOcfWord } from './ocf-word.js';
import { packageHint } from './packages.js';
import type { Report } from './problems.js';
import { unitName, warnOfBoot } from './systemd-unit.js';
import type { HostFacts, OcfAgent, OcfUse, ResourceConfig } from './types.js';
import { partOf, quote, type Word } from './words.js';

/** A resource, before resources.ini says how long its actions may take and how it is watched. */
export type ResourceWord = Omit<ResourceConfig, 'timeouts' | 'watch'>;

export interface ParsedResource {
  readonly resource: ResourceWord;
  /** Of OCF agents: what their meta-data is to be asked about. */
  readonly ocf: OcfUse | null;
}

/** The address agents that are part of the daemon, and the family each is restricted to. */
const addressAgents: ReadonlyMap<string, 4 | 6 | null> = new Map([
  ['IPaddr', null],
  ['IPaddr2', null],
  ['IPv6addr', 6],
]);

/** Names that need no file. */
export const builtinAgents: readonly string[] = [...addressAgents.keys()];

export interface WordContext {
  readonly host: HostFacts;
  readonly report: Report;
  /** Takes the problems of another file. */
  readonly reportOn: (file: string) => Report;
  /** What resources.ini says of what resources are. */
  readonly declarations: Declarations;
}

/** Reads the word; null after an error. */
export function parseResource(word: Word, context: WordContext): ParsedResource | null {
  const declaration = context.declarations.get(word.text);
  if (declaration?.agent) return declaredResource(word, declaration, context);
  const separator = word.text.indexOf('::');
  const name = separator < 0 ? word.text : word.text.slice(0, separator);
  const rest = separator < 0 ? partOf(word, word.text.length) : partOf(word, separator + 2);
  if (name === 'OCF') return ocfResource(word, rest, declaration, context);
  if (declaration) refuseDeclared(declaration, word);
  if (name === 'systemd') return systemdParsed(word, rest, context);
  const address = addressWord(word, name, separator < 0 ? null : rest, context);
  if (address !== 'no address') return address && { resource: address, ocf: null };
  return scriptResource(word, name, separator < 0 ? [] : rest.text.split('::'), context);
}

function ocfResource(
  word: Word,
  rest: Word,
  declaration: Declaration | undefined,
  context: WordContext,
): ParsedResource | null {
  const reading = readOcfWord(rest, context);
  if (reading === null) return null;
  if (declaration) {
    addDeclared(reading, declaration);
    if (declaration.arguments) {
      declaration.report.error(declaration.arguments, 'an OCF agent has parameters, not arguments: param.NAME = VALUE');
    }
  }
  return ocfParsed(word, reading, context);
}

/** What only goes with `agent`, or with an OCF word. */
function refuseDeclared({ arguments: words, parameters, report }: Declaration, word: Word): void {
  const [first] = parameters.values();
  const place = words ?? first?.key;
  if (!place) return;
  report.error(place, `${quote(word.text)} has its arguments in haresources; here they go with "agent = ..." only`);
}

/** The address of a built-in agent; null after an error. */
function addressWord(
  word: Word,
  name: string,
  rest: Word | null,
  context: WordContext,
): ResourceWord | null | 'no address' {
  if (isBareIPv4(word.text)) return addressResource(word, word, 'IPaddr', context);
  if (isBareIPv6(word.text, name, context.host)) return addressResource(word, word, 'IPv6addr', context);
  if (!addressAgents.has(name)) return 'no address';
  if (rest) return addressResource(word, rest, name, context);
  context.report.error(word, `${name} needs an address: ${name}::10.0.0.1/24/eth0`);
  return null;
}

/** Heartbeat's shorthand, also with too few parts: what begins like an address is one, right or wrong. */
const isBareIPv4 = (text: string): boolean => /^(\d+\.\d+\.\d+\.\d|\d+\.[\d.]*(\/|$))/.test(text);

/** Ours: `fd00::10/64/eth0`. An agent `fd00` would come first, as the word then says what it always said. */
function isBareIPv6(text: string, name: string, host: HostFacts): boolean {
  const address = text.split('/')[0] ?? '';
  return address.includes(':') && parseIPv6(address).ok && host.findAgent(name) === null;
}

/**
 * `::` also abbreviates IPv6 addresses, so everything behind the agent's name is the address: IPv6addr::fd00::10/64.
 * (Heartbeat cuts there, and needs such an address written in full.)
 */
function addressResource(
  word: Word,
  argument: Word,
  agent: string,
  { host, report }: WordContext,
): ResourceWord | null {
  const family = argument === word ? null : (addressAgents.get(agent) ?? null);
  const address = parseAddress(argument, { interfaces: host.interfaces, family, report });
  return (
    address && { name: word.text, agent, args: [argument.text], parameters: {}, class: 'builtin', path: null, address }
  );
}

/**
 * A script of resource.d; else the OCF agent of a classic name, to which Heartbeat's script of that name only leads; else a
 * script of /etc/init.d.
 */
function scriptResource(word: Word, agent: string, args: string[], context: WordContext): ParsedResource | null {
  const { host, report } = context;
  const found = /^[^/.][^/]*$/.test(agent) ? host.findAgent(agent) : null;
  const ocf = classicAgents.includes(agent) ? findOcfAgent(`heartbeat:${agent}`, host) : null;
  if (found?.class !== 'heartbeat' && ocf?.ok) return classicResource(word, ocf.value, args, context);
  if (!found) {
    report.error(word, notFound(agent, host));
    return null;
  }
  const lacking = host.missingInterpreters?.get(agent);
  if (lacking !== undefined) {
    report.error(word, `agent ${quote(agent)} (${found.path}) needs ${quote(lacking)}, which is not there`);
  }
  if (found.class === 'lsb') warnOfBoot(word, unitName(agent), host, report);
  const resource = { name: word.text, agent, args, parameters: {}, class: found.class, path: found.path };
  return { resource: { ...resource, address: null }, ocf: null };
}

/** `args` stay as they are written: they are the same on every node, also on one that has a script. */
function classicResource(word: Word, agent: OcfAgent, args: string[], { report }: WordContext): ParsedResource | null {
  const read = classicParameters(agent.type, args);
  if (!read?.ok) {
    if (read) report.error(word, read.reason);
    return null;
  }
  const { type, path } = agent;
  const place = placeAt(report, word);
  const places = new Map(Object.keys(read.value).map((name) => [name, place]));
  const resource = { name: word.text, agent: type, args, parameters: read.value, path, address: null };
  return {
    resource: { ...resource, class: 'ocf' },
    ocf: { agent: type, path, place, parameters: places, classic: true },
  };
}

/** Why there is nothing to run, and what was meant or is missing. */
function notFound(agent: string, host: HostFacts): string {
  if (host.notExecutable?.has(agent)) return `agent ${quote(agent)} is there but not executable; run chmod 755 on it`;
  return `no agent ${quote(agent)} in resource.d or /etc/init.d${remedy(agent, host)}`;
}

function remedy(agent: string, host: HostFacts): string {
  if (/^[\da-f:]*\d[\da-f:]*$/i.test(agent)) return ', and it does not begin an IPv6 address either';
  if (ocfTypes(host).includes(agent)) return `; the OCF agent of this name is written OCF::${agent}::NAME=VALUE`;
  if (host.units?.has(unitName(agent))) return `; the systemd unit is written systemd::${agent}`;
  const classics = classicAgents.filter((name) => ocfTypes(host).includes(name));
  return packageHint(agent) || hint(agent, [...builtinAgents, ...host.agentNames, ...classics]);
}
