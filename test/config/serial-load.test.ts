import t from 'tap';
import { reportTo } from '../../src/config/problems.js';
import { checkSerialLoad, heartbeatBytes } from '../../src/config/serial-load.js';
import type { ClusterConfig, MediumConfig, Problem } from '../../src/config/types.js';
import { prepareKeys } from '../../src/wire/digest.js';
import { readPacket, writePacket } from '../../src/wire/packet.js';
import { testAuth, testConfig, testTiming } from '../support/config.js';
import { Cores } from '../support/core.js';

const serial = (baud: number, device = '/dev/ttyS0'): MediumConfig => ({ type: 'serial', device, baud });

/** A configuration with these media. */
function config(media: readonly MediumConfig[], keepaliveMs: number, nodes = ['alpha', 'beta']): ClusterConfig {
  return testConfig({ nodes, overrides: { media, timing: { ...testTiming, keepaliveMs } } });
}

function problems(cluster: ClusterConfig, text: string): string[] {
  const found: Problem[] = [];
  checkSerialLoad(cluster, text, reportTo(found, 'ha.cf'));
  return found.map(({ line, column, text: said }) => `${line}:${column} ${said}`);
}

t.test('the length that is reckoned is about that of a real heartbeat', async (t) => {
  for (const [nodes, count] of [
    [['alpha', 'beta'], 1],
    [['alpha', 'beta'], 30],
    [['a', 'b', 'c', 'd'], 10],
  ] as const) {
    const groups = Array.from({ length: count }, (_, i) => ({ resources: [`IPaddr2::10.0.1.${i + 1}/24/eth0`] }));
    const cores = new Cores({ nodes, links: ['/dev/ttyS0'], groups });
    cores.bootAll();
    cores.run(10_000);
    const bytes = cores.packets.filter(({ from }) => from === nodes[0]).at(-1)?.bytes ?? new Uint8Array();
    const keys = prepareKeys(testAuth());
    const packet = readPacket(bytes, keys);
    if (!packet.ok) return t.fail(packet.text);
    const real = writePacket(packet.message, { form: 'string', keys }).length;
    const reckoned = heartbeatBytes(cores.config);
    // Generations and numbers are shorter here than those of a real node, some ten characters each.
    t.ok(reckoned >= real && reckoned < real * 1.3 + 20 * nodes.length, `${reckoned} for ${real} bytes`);
  }
});

t.test('a line that is fast enough is no problem', async (t) => {
  t.same(problems(config([serial(19_200)], 1000), 'serial /dev/ttyS0'), []);
  t.same(problems(config([], 10), ''), []);
});

t.test('a line that is too slow, and what would do', async (t) => {
  const text = 'node alpha beta\n serial /dev/ttyS0\nbaud 9600\n';
  t.match(problems(config([serial(9600)], 500), text), [
    /^3:1 a heartbeat of this cluster has about 3\d\d bytes and takes \d+ ms at 9600 baud, more than half of keepalive \(500ms\): .* write "baud 19200"$/,
  ]);
  t.match(problems(config([serial(19_200)], 1), text.replace(/baud.*/, '')), [/^2:2 .* write "keepalive \d+ms"$/]);
});

t.test('more nodes than lines', async (t) => {
  const three = ['a', 'b', 'c'];
  const text = 'serial /dev/ttyS0';
  t.match(problems(config([serial(115_200)], 1000, three), text), [/^1:1 a serial line reaches one other node/]);
  t.same(problems(config([serial(115_200), serial(115_200, '/dev/ttyS1')], 1000, three), text), []);
  const bcast: MediumConfig = { type: 'bcast', device: 'eth0', port: 694 };
  t.same(problems(config([serial(115_200), bcast], 1000, three), text), []);
});
