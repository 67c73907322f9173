/** Finds OCF agents by the names operators write: `TYPE` or `PROVIDER:TYPE`. */
import { hint } from './nearest.js';
import { ocfPackageHint } from './packages.js';
import type { HostFacts, OcfAgent } from './types.js';
import { bad, good, type Result } from './values.js';
import { quote } from './words.js';

const agentsOf = ({ ocfAgents = [] }: HostFacts): readonly OcfAgent[] => ocfAgents;

/** The agent that `[PROVIDER:]TYPE` means. Without a provider the first that has the type, heartbeat before all others. */
export function findOcfAgent(name: string, host: HostFacts): Result<OcfAgent> {
  const [, provider = null, type = ''] = /^(?:([^:]*):)?(.*)$/s.exec(name) ?? [];
  const matching = agentsOf(host).filter((one) => one.type === type && (provider ?? one.provider) === one.provider);
  const found = matching.find(({ executable }) => executable);
  if (found) return good(found);
  const [other] = matching;
  if (other) return bad(`OCF agent ${quote(name)} (${other.path}) is not executable; run chmod 755 on it`);
  return bad(`no OCF agent ${quote(name)} below /usr/lib/ocf/resource.d${nearOcf(provider, type, host)}`);
}

function nearOcf(provider: string | null, type: string, host: HostFacts): string {
  const all = agentsOf(host);
  if (provider === null) return hint(type, ocfTypes(host)) || ocfPackageHint(null, all.length > 0);
  const near = hint(
    `${provider}:${type}`,
    all.map((one) => `${one.provider}:${one.type}`),
  );
  return near || ocfPackageHint(provider, all.length > 0);
}

/** Types there are, each once. */
export const ocfTypes = (host: HostFacts): string[] => [
  ...new Set(agentsOf(host).flatMap(({ type, executable }) => (executable ? [type] : []))),
];
