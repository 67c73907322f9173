/** Hand-made states of a cluster, for tests of the command line. */
import type { GroupStatus, NodeStatus, Status } from '../../src/status.js';

export function aNode(name: string, over: Partial<NodeStatus> = {}): NodeStatus {
  return {
    name,
    state: 'active',
    standby: false,
    local: false,
    legacy: false,
    uuid: '0b1c2d3e-0000-4000-8000-00000000000a',
    generation: 17,
    lastHeardMs: 120,
    links: [
      { name: 'eth0', medium: 'ucast', state: 'up' },
      { name: 'eth1', medium: 'bcast', state: 'up' },
    ],
    ...over,
  };
}

export function aGroup(name: string, over: Partial<GroupStatus> = {}): GroupStatus {
  const owner = over.owner === undefined ? 'a' : over.owner;
  const state = over.state ?? (owner === null ? 'stopped' : 'started');
  const resource = { name, agent: name.split('::')[0] ?? '', class: 'builtin', failures: 0 };
  return {
    name,
    alias: null,
    preferred: 'a',
    owner,
    state,
    reason: 'a comes first in the order of nodes',
    resources: [{ ...resource, state: state === 'blocked' || state === 'unmanaged' ? 'unknown' : state }],
    ...over,
  };
}

/** Two nodes, one group on a, all well; `over` replaces parts. */
export function aStatus(over: Partial<Status> = {}): Status {
  return {
    node: 'a',
    version: '1.2.3',
    now: '2026-01-05T03:04:09.000Z',
    view: { members: ['a', 'b'], agreed: true, quorate: true, since: '2026-01-05T01:59:00.000Z' },
    nodes: [aNode('a', { local: true, lastHeardMs: 0 }), aNode('b')],
    pingNodes: [],
    groups: [aGroup('IPaddr2::10.0.0.50/24/eth0')],
    problems: [],
    counters: { packetsSent: 5 },
    parameters: { keepalive: '500ms', deadtime: '4' },
    ...over,
  };
}
