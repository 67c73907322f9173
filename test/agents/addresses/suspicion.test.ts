/** What the kernel tells is old by the time it is read: what is there decides. */
import t from 'tap';
import { Held } from '../../../src/agents/addresses/held.js';
import { Losses } from '../../../src/agents/addresses/losses.js';
import type { ListedAddress } from '../../../src/io/kernel/address-list.js';
import type { RouteSocketHandlers } from '../../../src/io/kernel/route-socket.js';
import { createKernelNews } from '../../../src/io/kernel-news.js';
import { memoryLog } from '../../support/memory-log.js';
import { until } from '../../support/own-network.js';
import { addressResource } from './samples.js';

const [one, two] = [addressResource('10.0.0.1/24/eth0'), addressResource('fd00::5/64/eth0')];
const listed = (address: string, device = 'eth0'): ListedAddress => ({ address, device, duplicate: false });
const [first, second] = [listed('10.0.0.1'), listed('fd000000000000000000000000000005')];

/** Both are held on eth0; a list is answered when the test says what is in it. */
function bench() {
  let kernel: RouteSocketHandlers | undefined;
  const asked: { answer: (list: readonly ListedAddress[]) => void; refuse: (error: Error) => void }[] = [];
  const open = (handlers: RouteSocketHandlers) => {
    kernel = handlers;
    return { close: () => {} };
  };
  const log = memoryLog();
  const held = new Held();
  const lost: string[] = [];
  const losses = new Losses({
    log,
    held,
    news: createKernelNews({ log, open }),
    onLost: (resources) => lost.push(...resources),
    list: () => new Promise((answer, refuse) => asked.push({ answer, refuse })),
  });
  held.hold(one, 'eth0');
  held.hold(two, 'eth0');
  const gone = (address: string) => kernel?.onNotice({ kind: 'address', address, index: 2, process: 0 });
  return { held, lost, losses, log, asked, gone, overrun: () => kernel?.onOverrun() };
}

t.test('an address that is there is not lost, whatever was told; on another interface it is', async (t) => {
  const b = bench();
  b.gone('10.0.0.1');
  b.gone('10.9.9.9');
  b.asked[0]?.answer([first, second]);
  b.gone(second.address);
  await until('the next look', () => b.asked.length === 2);
  b.asked[1]?.answer([first, listed(second.address, 'eth1')]);
  await until('the loss', () => b.lost.length > 0);
  t.same(b.lost, [two.name]);
  b.gone(second.address);
  t.equal(b.asked.length, 2, 'until it is started again nobody misses it');
  b.losses.close();
});

t.test('a list that is older than a stop and a start says nothing of what was started', async (t) => {
  const b = bench();
  b.gone('10.0.0.1');
  b.held.release(one);
  b.held.hold(one, 'eth0');
  b.asked[0]?.answer([second]);
  b.gone(second.address);
  await until('the next look', () => b.asked.length === 2);
  b.asked[1]?.answer([first, second]);
  b.losses.close();
  t.same(b.lost, []);
});

t.test('after an overrun everything is compared; a list that cannot be had is asked for again', async (t) => {
  const b = bench();
  b.overrun();
  b.asked[0]?.refuse(new Error('cannot list the addresses: too many open files'));
  await until('another try', () => b.asked.length === 2);
  b.asked[1]?.answer([]);
  await until('both are lost', () => b.lost.length === 2);
  t.same(b.lost, [one.name, two.name]);
  t.ok(b.log.lines.includes('warn: cannot list the addresses: too many open files'));
  b.losses.close();
});
