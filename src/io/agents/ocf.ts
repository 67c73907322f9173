/**
 * OCF agents: `AGENT start|stop|monitor`, everything else in variables. What a cluster manager sets beside the parameters
 * is in the OCF resource agent API 1.1 and the CRM_meta names that agents of Debian's resource-agents look for.
 */
import { shortHash } from '../../config/digest.js';
import type { ResourceConfig } from '../../config/types.js';
import { type AgentClass, type ScriptContext, type ScriptTerms, scriptClass } from './agent-class.js';
import { ocfExitWords, ocfStatus } from './ocf-words.js';

/** `heartbeat` of `/usr/lib/ocf/resource.d/heartbeat/IPaddr2`. */
function providerOf(path: string): string {
  return path.split('/').at(-2) ?? '';
}

/** A file's name has 255 characters at most, and agents add their own. */
const longestInstance = 120;

/** Names that a resource agent may make files of: no two resources have the same. */
export function instanceOf(name: string): string {
  const plain = name.replace(/[^\w.-]+/g, '_');
  if (plain === name && name.length <= longestInstance) return name;
  return `${plain.slice(0, longestInstance)}_${shortHash(name)}`;
}

function ocfEnvironment(resource: ResourceConfig, { operation, timeoutMs }: ScriptTerms): Record<string, string> {
  const { parameters, path, name, agent, watch } = resource;
  // A probe is a monitor with the interval 0: agents go by that.
  const interval = operation === 'monitor' ? (watch.intervalMs ?? 0) : 0;
  return {
    OCF_RA_VERSION_MAJOR: '1',
    OCF_RA_VERSION_MINOR: '1',
    OCF_RESOURCE_INSTANCE: instanceOf(name),
    OCF_RESOURCE_TYPE: agent,
    OCF_RESOURCE_PROVIDER: providerOf(path ?? ''),
    OCF_RESKEY_crm_feature_set: '3.0.14',
    OCF_RESKEY_CRM_meta_timeout: String(timeoutMs),
    OCF_RESKEY_CRM_meta_interval: String(interval),
    OCF_RESKEY_CRM_meta_name: verb(operation),
    ...Object.fromEntries(Object.entries(parameters).map(([key, value]) => [`OCF_RESKEY_${key}`, value])),
  };
}

const verb = (operation: ScriptTerms['operation']): string => (operation === 'status' ? 'monitor' : operation);

export const ocfClass = (context: ScriptContext): AgentClass =>
  scriptClass(context, {
    args: (_resource, operation) => [verb(operation)],
    environment: ocfEnvironment,
    words: ocfExitWords,
    status: ocfStatus,
    missing: ({ agent }) => `cannot run ${agent}: there is no such agent below /usr/lib/ocf/resource.d`,
  });
