import t from 'tap';
import type { Action, Operation } from '../../src/events.js';
import { type AgentModel, steadyAgents } from '../../src/sim/agents.js';
import { simConfig, simTiming } from '../../src/sim/config.js';
import { Machine } from '../../src/sim/machine.js';

const { groups } = simConfig({
  nodes: ['a', 'b'],
  links: ['eth0'],
  groups: [{ preferred: 'a', resources: ['10.0.0.1', '10.0.0.2', 'web'], failback: true }],
  timing: simTiming(1000, 3000, 6000),
  timeouts: { startMs: 500, stopMs: 500, statusMs: 500, monitorMs: 500 },
});
const name = '10.0.0.1';
const resources = groups[0]?.resources ?? [];

function action(operation: Operation, from: number, to = from + 1): Action {
  return { ticket: 1, group: name, operation, resources: resources.slice(from, to), timeoutMs: 500 };
}

function machine(agents: AgentModel = steadyAgents) {
  const told: string[] = [];
  const made = new Machine('a', groups, agents, {
    holding: (group, held) => told.push(`${group} ${held ? 'held' : 'free'}`),
    misuse: (text) => told.push(text),
  });
  const run = (what: Action) => made.finish(made.begin(what, 0))?.map(({ outcome }) => outcome);
  return { made, told, run };
}

t.test('a group is held from its first start to its last stop', async (t) => {
  const { made, told, run } = machine();
  const starting = made.begin(action('start', 0, 2), 100);
  t.ok(made.holds(name));
  t.equal(starting.endsAt, 101);
  t.equal(made.finish(starting)?.length, 2);
  t.same(run(action('start', 2)), ['succeeded']);
  t.ok(made.serves(name));
  t.same(run(action('stop', 2)), ['succeeded']);
  t.notOk(made.serves(name));
  t.ok(made.holds(name), 'its addresses are still up');
  run(action('stop', 0, 2));
  t.same(told, [`${name} held`, `${name} free`]);
});

t.test('status tells the truth', async (t) => {
  const { run } = machine();
  t.same(run(action('status', 0)), ['stopped']);
  run(action('start', 0));
  t.same(run(action('status', 0)), ['running']);
});

t.test('a hanging agent is ended by its time limit, a failed stop leaves the group stuck', async (t) => {
  const { made, run } = machine((_node, _group, _resource, operation, up) => ({
    durationMs: operation === 'stop' ? Number.POSITIVE_INFINITY : 1,
    succeeds: true,
    upAfter: operation === 'start' || up,
  }));
  run(action('start', 0));
  const stopping = made.begin(action('stop', 0), 1000);
  t.equal(stopping.endsAt, 1500);
  t.ok(made.stuck(name), 'it hangs');
  t.equal(made.finish(stopping)?.[0]?.outcome, 'timedOut');
  t.ok(made.stuck(name));
  t.ok(made.holds(name));
});

t.test('a power-off frees everything and ends every agent', async (t) => {
  const { made, run } = machine();
  run(action('start', 0));
  const starting = made.begin(action('start', 1), 0);
  made.powerOff();
  t.notOk(made.holds(name));
  t.equal(made.finish(starting), null);
});

t.test('wrong orders are noticed', async (t) => {
  const { made, told } = machine();
  made.begin(action('start', 2), 0);
  t.match(told.join('; '), /start of web while 10.0.0.1 is not up/);
  made.begin(action('stop', 2), 0);
  t.match(told.join('; '), /stop of web while its start is running/);
});
