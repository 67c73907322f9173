/** A real Heartbeat 3.0.6 on the nodes of a lab. */
import type { LabProcess } from './lab-process.js';
import type { LabNode } from './node.js';
import { fetchPackages, type Packages } from './packages.js';
import { must } from './run.js';

/** The daemon, where Debian has it. */
export const heartbeatProgram = '/usr/libexec/heartbeat/heartbeat';
/** Its scripts: hb_standby, hb_takeover, ... */
export const heartbeatScripts = '/usr/share/heartbeat';

/** What the package's installation and its start script would have done. */
const preparation = `
getent group haclient > /dev/null || echo haclient:x:799: >> /etc/group
getent passwd hacluster > /dev/null || echo hacluster:x:799:799::/var/lib/heartbeat:/bin/false >> /etc/passwd
mkdir -p /run/heartbeat/ccm /run/heartbeat/crm /run/heartbeat/dopd /run/crm /run/lock/subsys /var/lib/heartbeat/cores/root
chown -R hacluster:haclient /run/heartbeat /run/crm`;

/** The package with the agents it needs, for `createLab({ packages })`. */
export function heartbeatPackages(): Promise<Packages> {
  return fetchPackages('heartbeat', ['heartbeat', 'resource-agents']);
}

/** Makes the accounts and directories it needs on a node. */
export async function prepareHeartbeat(node: LabNode): Promise<void> {
  await must(node.namespace.enter(['sh', '-ec', preparation]));
}

/** Starts it in the foreground, with the files in /etc/ha.d. It has started long before it is ready. */
export async function startHeartbeat(node: LabNode): Promise<LabProcess> {
  await prepareHeartbeat(node);
  return node.spawn([heartbeatProgram, '-f']);
}
