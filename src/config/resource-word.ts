/** One word of haresources: `AGENT::argument::argument`, or an address by itself. */
import { parseAddress } from './address.js';
import { parseIPv6 } from './ip.js';
import { hint } from './nearest.js';
import type { Report } from './problems.js';
import type { HostFacts, ResourceConfig } from './types.js';
import { partOf, quote, type Word } from './words.js';

/** A resource, before resources.ini says how long its actions may take and how it is watched. */
export type ResourceWord = Omit<ResourceConfig, 'timeouts' | 'watch'>;

/** The address agents that are part of the daemon, and the family each is restricted to. */
const addressAgents: ReadonlyMap<string, 4 | 6 | null> = new Map([
  ['IPaddr', null],
  ['IPaddr2', null],
  ['IPv6addr', 6],
]);

/** Names that need no file. */
export const builtinAgents: readonly string[] = [...addressAgents.keys()];

interface Context {
  readonly host: HostFacts;
  readonly report: Report;
}

/** Reads the word; null after an error. */
export function parseResource(word: Word, context: Context): ResourceWord | null {
  const separator = word.text.indexOf('::');
  const name = separator < 0 ? word.text : word.text.slice(0, separator);
  if (isBareIPv4(word.text)) return addressResource(word, word, 'IPaddr', context);
  if (isBareIPv6(word.text, name, context.host)) return addressResource(word, word, 'IPv6addr', context);
  if (addressAgents.has(name)) {
    if (separator >= 0) return addressResource(word, partOf(word, separator + 2), name, context);
    context.report.error(word, `${name} needs an address: ${name}::10.0.0.1/24/eth0`);
    return null;
  }
  return scriptResource(word, name, separator < 0 ? [] : word.text.slice(separator + 2).split('::'), context);
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
function addressResource(word: Word, argument: Word, agent: string, { host, report }: Context): ResourceWord | null {
  const family = argument === word ? null : (addressAgents.get(agent) ?? null);
  const address = parseAddress(argument, { interfaces: host.interfaces, family, report });
  return (
    address && { name: word.text, agent, args: [argument.text], parameters: {}, class: 'builtin', path: null, address }
  );
}

function scriptResource(word: Word, agent: string, args: string[], { host, report }: Context): ResourceWord | null {
  if (agent === 'OCF' || agent === 'systemd') {
    report.error(word, `resources of class ${agent} are understood but not built yet`);
    return null;
  }
  const found = /^[^/]+$/.test(agent) && !agent.startsWith('.') ? host.findAgent(agent) : null;
  if (!found && host.notExecutable?.has(agent)) {
    report.error(word, `agent ${quote(agent)} is there but not executable; run chmod 755 on it`);
    return null;
  }
  if (!found) {
    const near = /^[\da-f:]*\d[\da-f:]*$/i.test(agent)
      ? ', and it does not begin an IPv6 address either'
      : hint(agent, [...builtinAgents, ...host.agentNames]);
    report.error(word, `no agent ${quote(agent)} in resource.d or /etc/init.d${near}`);
    return null;
  }
  const lacking = host.missingInterpreters?.get(agent);
  if (lacking !== undefined) {
    report.error(word, `agent ${quote(agent)} (${found.path}) needs ${quote(lacking)}, which is not there`);
  }
  return { name: word.text, agent, args, parameters: {}, class: found.class, path: found.path, address: null };
}
