/** A node of a pair that runs a real Heartbeat. */
import { heartbeatProgram, heartbeatScripts, startHeartbeat } from '../lab/heartbeat.js';
import type { LabProcess } from '../lab/lab-process.js';
import type { LabNode } from '../lab/node.js';
import { must } from '../lab/run.js';
import { type Name, names, otherThan } from './cell.js';
import type { Expected, Member } from './member.js';

const stopLimitMs = 120_000;

/** `tellsHoldings`: with auto_failback legacy it keeps no account of what it holds, and rscstatus says none. */
export function heartbeatMember(name: Name, node: LabNode, tellsHoldings: boolean): Member {
  let daemon: LabProcess | null = null;
  return {
    name,
    node,
    product: 'heartbeat',
    start: async () => {
      daemon = await startHeartbeat(node);
    },
    stop: async () => {
      // It waits until the daemon is gone.
      await must(node.namespace.enter([heartbeatProgram, '-k']), { timeoutMs: stopLimitMs });
      await daemon?.ended;
    },
    reload: async () => {
      await must(node.namespace.enter([heartbeatProgram, '-r']));
    },
    order: async (verb, which) => {
      await must(node.namespace.enter([`${heartbeatScripts}/hb_${verb}`, which]));
    },
    disagrees: async (expected) => {
      const holds = tellsHoldings ? await clStatus(node, 'rscstatus') : holdsWord(name, expected);
      if (holds !== holdsWord(name, expected)) return `rscstatus is ${holds}, not ${holdsWord(name, expected)}`;
      for (const one of names) {
        const state = await clStatus(node, 'nodestatus', one);
        const wanted = expected.running.has(one) ? 'active' : 'dead';
        if (state !== wanted) return `nodestatus ${one} is ${state}, not ${wanted}`;
      }
      return null;
    },
  };
}

/** Its answer in a word; what it complains of where it has none. */
async function clStatus(node: LabNode, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await node.exec(['/usr/bin/cl_status', ...args]);
  return stdout.trim() || stderr.trim().split('\n').at(-1) || 'nothing';
}

function holdsWord(self: Name, { owners }: Expected): string {
  const local = owners[self] === self;
  const foreign = owners[otherThan(self)] === self;
  if (local) return foreign ? 'all' : 'local';
  return foreign ? 'foreign' : 'none';
}
