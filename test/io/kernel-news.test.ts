import t from 'tap';
import type { RouteSocketHandlers } from '../../src/io/kernel/route-socket.js';
import { createKernelNews } from '../../src/io/kernel-news.js';
import { memoryLog } from '../support/memory-log.js';
import { until } from '../support/own-network.js';

/** An ear that a test speaks into. */
function ear() {
  const opened: RouteSocketHandlers[] = [];
  const closed: RouteSocketHandlers[] = [];
  let refusal: Error | null = null;
  return {
    opened,
    closed,
    refuse: (error: Error | null) => {
      refusal = error;
    },
    get now(): RouteSocketHandlers {
      return opened.at(-1) as RouteSocketHandlers;
    },
    open: (handlers: RouteSocketHandlers) => {
      if (refusal !== null) throw refusal;
      opened.push(handlers);
      return { close: () => void closed.push(handlers) };
    },
  };
}

const gone = { kind: 'address', address: '10.0.0.1', index: 2, process: 0 } as const;
const change = { kind: 'link', device: 'eth0', there: true, up: true, running: false } as const;

t.test('every reader gets the news of its kind, until it wants no more', async (t) => {
  const [world, log, heard] = [ear(), memoryLog(), [] as string[]];
  const news = createKernelNews({ log, open: world.open });
  t.equal(world.opened.length, 0, 'without a reader there is no ear');
  const end = news.subscribe({ onAddressGone: ({ address }) => heard.push(`1 ${address}`) });
  news.subscribe({ onAddressGone: () => heard.push('2'), onLink: ({ device }) => heard.push(`2 ${device}`) });
  t.equal(world.opened.length, 1);
  world.now.onNotice(gone);
  world.now.onNotice(change);
  end();
  world.now.onNotice(gone);
  t.same(heard, ['1 10.0.0.1', '2', '2 eth0', '2']);
  news.close();
  t.equal(world.closed.length, 1);
  t.same([news.problems(), log.lines], [[], []]);
});

t.test('after an overrun there is a new ear, and what was missed is looked for', async (t) => {
  const [world, log] = [ear(), memoryLog()];
  const news = createKernelNews({ log, open: world.open });
  const heard: string[] = [];
  news.subscribe({ onMissed: () => heard.push(`missed, with ear ${world.opened.length}`) });
  world.now.onOverrun();
  t.same(heard, ['missed, with ear 2']);
  t.equal(world.closed.length, 1);
  t.match(log.lines, [/^warn: the kernel told of more changes than could be read/]);
  news.close();
});

t.test('an ear that cannot be opened, or closes, is opened again, and is a problem meanwhile', async (t) => {
  const [world, log] = [ear(), memoryLog()];
  const news = createKernelNews({ log, open: world.open, retryMs: 10 });
  t.teardown(() => news.close());
  let missed = 0;
  world.refuse(new Error('no room'));
  news.subscribe({
    onMissed: () => {
      missed += 1;
    },
  });
  const problem =
    'changes of interfaces and addresses are not told (no room): an address that something else deletes is not put back';
  t.same(news.problems(), [problem]);
  await until('a second try', () => log.lines.length > 1);
  world.refuse(null);
  await until('it is open', () => news.problems().length === 0);
  t.equal(missed, 1, 'what happened meanwhile is looked for');
  world.now.onError(new Error('no room'));
  t.same(news.problems(), [problem]);
  await until('it is open again', () => news.problems().length === 0);
  t.equal(missed, 2);
  t.equal(log.lines.at(-1), 'info: changes of interfaces and addresses are told again');
});
