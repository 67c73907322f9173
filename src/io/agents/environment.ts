/** The environment of agents: what Heartbeat's agents and their shell functions expect (heartbeat-behaviour, 5.6). */
import { existsSync } from 'node:fs';
import type { ClusterConfig } from '../../config/types.js';

export interface EnvironmentSource {
  readonly nodeName: string;
  /** The directory of ha.cf. */
  readonly configDir: string;
  readonly config: ClusterConfig;
  /** The daemon's own environment. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
}

/** Where distributions put Heartbeat's own programs. */
const binDirs = ['/usr/libexec/heartbeat', '/usr/lib/heartbeat'];
const standardPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Variables that are the daemon's own business: locale (agents' words are judged, so they must be English), the
 * service manager's sockets, and node's switches.
 */
const notInherited = /^(LC_.*|LANG|LANGUAGE|NODE_.*|NOTIFY_SOCKET|WATCHDOG_.*|LISTEN_.*|JOURNAL_STREAM|INVOCATION_ID)$/;

function inheritable(inherited: EnvironmentSource['inherited']): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) {
    if (value !== undefined && !notInherited.test(name)) kept[name] = value;
  }
  return kept;
}

function paths(configDir: string, binDir: string): Record<string, string> {
  return {
    HA_DIR: configDir,
    HA_FUNCS: `${configDir}/shellfuncs`,
    HA_RCDIR: `${configDir}/rc.d`,
    HA_RESOURCEDIR: `${configDir}/resource.d`,
    HA_BIN: binDir,
    HA_FIFO: '/var/lib/heartbeat/fifo',
    HA_DOCDIR: '/usr/share/doc/heartbeat',
    HA_DATEFMT: '%Y/%m/%d_%T\t',
    OCF_ROOT: '/usr/lib/ocf',
    OCF_AGENTS: '/usr/lib/ocf/resource.d/heartbeat/',
  };
}

function logging(config: ClusterConfig): Record<string, string> {
  const { facility, logfile, debugfile, debug } = config.logging;
  return {
    HA_LOGFILE: logfile ?? '/dev/null',
    HA_DEBUGLOG: debugfile ?? logfile ?? '/dev/null',
    HA_LOGFACILITY: facility ?? '',
    HA_LOGD: 'no',
    HA_debug: String(debug),
  };
}

const prefixed = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`HA_${name}`, value]));

/** All variables of an agent's process. Looks for Heartbeat's directory synchronously: once for a configuration, not for a call. */
export function agentEnvironment(source: EnvironmentSource): Readonly<Record<string, string>> {
  const { config, configDir, inherited, nodeName } = source;
  const binDir = binDirs.find((dir) => existsSync(dir)) ?? '/usr/libexec/heartbeat';
  const path = inherited.PATH ?? standardPath;
  return {
    ...inheritable(inherited),
    ...prefixed(config.parameters),
    ...paths(configDir, binDir),
    ...logging(config),
    ...(config.autoFailback === 'legacy' ? {} : { HA_NICEFAILBACK: 'yes' }),
    ...prefixed(config.environment),
    HA_CURHOST: nodeName,
    PATH: `${binDir}:${path}`,
  };
}
