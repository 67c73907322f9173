/** Runs BasicSanityCheck, the acceptance test of Debian's package heartbeat, in a node of a lab: against systole or the real one. */
import { fileURLToPath } from 'node:url';
import { heartbeatProgram, heartbeatScripts, prepareHeartbeat } from '../lab/heartbeat.js';
import { createLab } from '../lab/lab.js';
import type { LabNode } from '../lab/node.js';
import { must } from '../lab/run.js';
import { projectRoot } from '../support/paths.js';

export interface SanityReport {
  /** Number of errors as it counted them. */
  readonly errors: number | null;
  /** What it complained about, in its words and order, each once; times, numbers and paths that change left out. */
  readonly complaints: readonly string[];
  /** Everything it printed, and the log it looked into. */
  readonly output: string;
  readonly log: string;
}

const limitMs = 570_000;
const programOf = (name: string): string => fileURLToPath(new URL(`../../src/${name}.js`, import.meta.url));

/**
 * What the script needs of a machine: a default route, directories that packages' start-up files make, ccm and ipfail where it
 * looks for them (Debian has moved them to /usr/libexec and not told the script). What it would change outside the node's own
 * files is out of its reach: /tmp and the kernel's core_uses_pid.
 */
const surroundings = `
mkdir -p /run/resource-agents /run/heartbeat/rsctmp /run/own
mkdir /run/own/tmp /run/own/tmp.work /run/own/lib
mount -t overlay own-tmp -o lowerdir=/tmp,upperdir=/run/own/tmp,workdir=/run/own/tmp.work /tmp
chmod 1777 /tmp
ln -s /usr/libexec/heartbeat/ccm /usr/libexec/heartbeat/ipfail /run/own/lib
mount -t overlay own-lib -o lowerdir=/run/own/lib:/usr/lib/heartbeat /usr/lib/heartbeat
echo 1 > /run/own/core_uses_pid
mount --bind /run/own/core_uses_pid /proc/sys/kernel/core_uses_pid
ip route add default via 10.77.0.99`;

/** Puts systole where the script and the package's init script look for Heartbeat and cl_status. */
const shim = `
printf '#!/bin/sh\\nexec ${programOf('cl_status')} "$@"\\n' > /run/own/cl_status
chmod 755 /run/own/cl_status
mount --bind /run/own/cl_status /usr/bin/cl_status
mount --bind ${projectRoot}test/interop/shim/heartbeat ${heartbeatProgram}`;

/** Runs it to its end: two to four minutes, or six where Heartbeat does not start at all. `packages`: the unpacked package. */
export async function runBasicSanityCheck(product: 'systole' | 'heartbeat', packages: string): Promise<SanityReport> {
  const lab = await createLab({ nodes: ['a'], networks: ['eth0'], packages: [packages] });
  try {
    const node = lab.node('a');
    await prepareHeartbeat(node);
    await must(node.namespace.enter(['sh', '-ec', surroundings + (product === 'systole' ? shim : '')]));
    return await check(node);
  } finally {
    await lab.close();
  }
}

async function check(node: LabNode): Promise<SanityReport> {
  const env = { SYSTOLE: programOf('systole') };
  const { stdout } = await node.exec([`${heartbeatScripts}/BasicSanityCheck`], { timeoutMs: limitMs, env });
  const { stdout: log } = await node.exec(['cat', '/tmp/linux-ha.testlog']);
  const errors = /^(\d+) errors\. Log file/m.exec(stdout)?.[1];
  return {
    errors: errors === undefined ? null : Number(errors),
    complaints: complaintsIn(stdout),
    output: stdout,
    log,
  };
}

/** Lines that only tell how far it is. */
const progress =
  /^(Using interface|Starting|Stopping|Reloading|Testing RA|Performing|Checking STONITH|RA tests PASSED|base64 and md5 .* succeeded|Done\.|\d+ errors\.|ERROR: Found \d+ instead)/;

/**
 * The complaints in what it printed. At its end it repeats every line of the log with ERROR or CRIT in it: its own
 * complaints again, which are left out, and those of the daemon.
 */
export function complaintsIn(output: string): string[] {
  const lines = output.split('\n').map((line) => line.trim());
  const plain = lines.filter((line) => line !== '' && !progress.test(line)).map(withoutChanging);
  return [...new Set(plain)];
}

function withoutChanging(line: string): string {
  return line
    .replace(/ in \/tmp\/lha-dir-\S+ .*$/, '')
    .replace(/^[A-Z][a-z]{2} +\d+ [\d:]+ \S+ (\w+): \[\d+\]: /, '$1: ')
    .replace(/\d{2}:\d{2}:\d{2}\.\d+/, 'TIME')
    .replace(/process:\d+/, 'process')
    .replace(/^ERROR: \w+ RA failed$/, 'ERROR: AGENT RA failed');
}
