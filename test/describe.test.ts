import t from 'tap';
import { describeAction, describeEffect, describeMembership } from '../src/describe.js';
import type { Action, Effect } from '../src/events.js';
import type { MembershipEvent } from '../src/membership/membership.js';
import { testGroup } from './support/config.js';

const action: Action = {
  ticket: 1,
  group: 'web',
  operation: 'start',
  resources: testGroup({ resources: ['r1', 'r2', 'r3', 'r4', 'r5'] }).resources,
  timeoutMs: 1000,
};

t.test('membership in Heartbeat’s words', async (t) => {
  for (const [event, lines] of [
    [{ kind: 'state', node: 'b', from: 'up', to: 'active' }, ['info: Status update for node b: status active']],
    [{ kind: 'dead', node: 'b', silentMs: 3000.4 }, ['warn: node b: is dead (silent for 3000 ms)']],
    [{ kind: 'dead', node: 'b', silentMs: null }, ['warn: node b: is dead (never heard)']],
    [{ kind: 'left', node: 'b' }, ["info: Received shutdown notice from 'b'."]],
    [{ kind: 'restarted', node: 'b' }, ['info: Heartbeat restart on node b']],
    [
      { kind: 'returned', node: 'b' },
      ['crit: Cluster node b returning after partition.', 'warn: Deadtime value may be too small.'],
    ],
    [{ kind: 'late', node: 'b', intervalMs: 1600.7, fatal: false }, ['warn: Late heartbeat: Node b: interval 1601 ms']],
    [
      { kind: 'late', node: 'b', intervalMs: 3100, fatal: true },
      ['crit: Late heartbeat: Node b: interval 3100 ms (> deadtime)'],
    ],
    [{ kind: 'link', node: 'b', link: 'eth0', state: 'dead' }, ['info: Link b:eth0 dead.']],
    [{ kind: 'link', node: 'b', link: 'eth0', state: 'up' }, ['info: Link b:eth0 up.']],
    [{ kind: 'changed', node: 'b' }, []],
  ] as readonly [MembershipEvent, string[]][]) {
    t.same(
      describeMembership(event).map(({ level, text }) => `${level}: ${text}`),
      lines,
      JSON.stringify(event),
    );
  }
});

t.test('every effect in one line', async (t) => {
  for (const [effect, line] of [
    [{ type: 'send', bytes: new Uint8Array(7) }, 'send 7 bytes'],
    [{ type: 'run', action, reason: 'a is preferred' }, 'run start r1 r2 r3 and 2 more (a is preferred)'],
    [{ type: 'reply', id: 1, result: { ok: true, text: 'done' } }, 'reply ok: done'],
    [{ type: 'reply', id: 1, result: { ok: false, text: 'no' } }, 'reply refused: no'],
    [{ type: 'log', level: 'warn', text: 'careful' }, 'warn: careful'],
    [{ type: 'save', saved: { directives: '', generations: {} } }, 'save'],
    [{ type: 'exit', code: 1, reason: 'told to' }, 'exit 1: told to'],
  ] as readonly [Effect, string][]) {
    t.equal(describeEffect(effect), line);
  }
  t.equal(describeAction(action, 'why'), 'start r1 r2 r3 and 2 more (why)');
});
