/** A node of a pair that runs systole. */
import { ask } from '../../src/io/control-client.js';
import type { Status } from '../../src/status.js';
import type { LabProcess } from '../lab/lab-process.js';
import type { LabNode } from '../lab/node.js';
import { must } from '../lab/run.js';
import { systoleBin } from '../support/paths.js';
import { type Name, names } from './cell.js';
import type { Expected, Member } from './member.js';

const program = (name: string) => systoleBin.replace(/systole\.js$/, `${name}.js`);

export function systoleMember(name: Name, node: LabNode): Member {
  let daemon: LabProcess | null = null;
  return {
    name,
    node,
    product: 'systole',
    start: async () => {
      daemon = await node.spawn([systoleBin, 'daemon']);
    },
    stop: async () => {
      daemon?.signal('SIGTERM');
      const code = await daemon?.ended;
      if (code !== 0) throw new Error(`the daemon on ${name} ended with ${code}: ${daemon?.lines.at(-1)}`);
    },
    reload: async () => daemon?.signal('SIGHUP'),
    order: async (verb, which) => {
      await must(node.namespace.enter([program(`hb_${verb}`), which]), { timeoutMs: 60_000 });
    },
    disagrees: async (expected) => {
      try {
        const response = await ask(node.namespace.path('/run/systole'), { id: 1, ask: 'status' }, 5000);
        if (!response.ok || !('status' in response)) return `status is refused: ${JSON.stringify(response)}`;
        return difference(response.status, expected);
      } catch (error) {
        return `status cannot be had: ${(error as Error).message}`;
      }
    },
  };
}

function difference({ nodes, groups }: Status, { owners, running }: Expected): string | null {
  for (const name of names) {
    const state = nodes.find((node) => node.name === name)?.state ?? 'missing';
    const isRight = running.has(name) ? state === 'active' : state === 'dead' || state === 'left';
    if (!isRight) return `node ${name} is ${state}`;
    const group = groups.find(({ preferred }) => preferred === name);
    const { owner, state: groupState, reason } = group ?? { owner: null, state: 'missing', reason: '' };
    if (owner !== owners[name] || groupState !== 'started') {
      return `the group of ${name} is ${groupState} on ${owner ?? 'no node'}, not started on ${owners[name]} (${reason})`;
    }
  }
  return null;
}
