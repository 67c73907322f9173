import t from 'tap';
import { nodeRow } from '../../../src/cli/text/nodes.js';
import type { NodeStatus } from '../../../src/status.js';

const node: NodeStatus = {
  ...{ name: 'a', state: 'active', standby: false, local: true, legacy: false },
  ...{ uuid: null, generation: 1, lastHeardMs: 0, links: [{ name: 'eth0', medium: 'bcast', state: 'up' }] },
};

t.test('what is said of a node', async (t) => {
  for (const [wishes, row] of [
    [{}, ['a', 'active', 'this node', 'eth0 (bcast) up']],
    [{ local: false, lastHeardMs: 250, state: 'dead', links: [] }, ['a', 'DEAD', 'heard 250 ms ago', '']],
    [
      { local: false, lastHeardMs: null, standby: true, legacy: true },
      ['a', 'active', 'never heard, STANDBY, Heartbeat'],
    ],
    [{ health: { score: 0, failed: [], unsure: ['disk'] } }, ['a', 'active', 'this node']],
    [{ health: { score: -10, failed: ['disk'], unsure: [] } }, ['a', 'active', 'this node, health -10']],
    [{ health: { score: null, failed: ['disk'], unsure: [] } }, ['a', 'active', 'this node, CAN HOLD NOTHING']],
  ] as const) {
    t.match(nodeRow({ ...node, ...wishes }), row);
  }
});
