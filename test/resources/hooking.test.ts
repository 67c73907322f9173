import t from 'tap';
import { Hooking } from '../../src/resources/hooking.js';
import type { Outbox } from '../../src/resources/outbox.js';
import { testGroup } from '../support/config.js';

const group = testGroup({ hooks: { beforeStart: 'echo up', timeoutMs: 50 } });

t.test('without a command it goes on at once, with one when that has ended, however it did', async (t) => {
  const asked: string[] = [];
  const logged: string[] = [];
  const out: Pick<Outbox, 'hook' | 'log'> = {
    hook: ({ hook, command, timeoutMs }) => asked.push(`${hook} ${command} ${timeoutMs}`),
    log: (_level, text) => logged.push(text),
  };
  const hooking = new Hooking(group);
  const went: number[] = [];
  hooking.before(out, 'afterStop', { reason: 'test', at: 3, next: (at) => went.push(at) });
  t.same(went, [3]);
  hooking.before(out, 'beforeStart', { reason: 'test', at: 4, next: (at) => went.push(at) });
  t.same(asked, ['beforeStart echo up 50']);
  t.ok(hooking.isBusy);
  const failed = [{ resource: 'before-start', outcome: 'failed', exitCode: 1, text: 'no such host' } as const];
  t.notOk(hooking.result(out, 9, { outcomes: failed, at: 5 }), 'not its ticket');
  t.ok(hooking.result(out, 1, { outcomes: failed, at: 6 }));
  t.same(went, [3, 6]);
  t.match(logged, [/failed, going on: no such host/]);
  t.notOk(hooking.isBusy);
});
