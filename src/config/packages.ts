/** Which Debian package brings an agent that is not there. */
import { classicAgents } from './classic-agents.js';

const packages: ReadonlyMap<string, string> = new Map([
  ...classicAgents.map((agent) => [agent, 'resource-agents'] as const),
  ['drbddisk', 'drbd-utils'],
  ['drbdupper', 'drbd-utils'],
  ['ldirectord', 'ldirectord'],
  ['haproxy', 'haproxy'],
]);

/** `; install Debian's package resource-agents`, or nothing. */
export function packageHint(agent: string): string {
  const name = packages.get(agent);
  return name === undefined ? '' : `; install Debian's package ${name}`;
}

/** The same for an OCF agent; `any` says whether there are OCF agents at all. */
export function ocfPackageHint(provider: string | null, any: boolean): string {
  if (provider === 'linbit') return "; install Debian's package drbd-utils";
  return any ? '' : "; install Debian's package resource-agents";
}
