import t from 'tap';
import type { Operation, ResourceOutcome } from '../../src/events.js';
import { Group } from '../../src/resources/group.js';
import type { Outbox } from '../../src/resources/outbox.js';
import type { GroupPhase } from '../../src/resources/phase.js';
import { testGroup } from '../support/config.js';

/** A group `disk`, two addresses, `web`; what it asks for is collected. */
class Bench {
  readonly group: Group;
  readonly ran: string[] = [];
  readonly logged: string[] = [];
  readonly announced: string[] = [];
  ticket = 0;
  at = 0;
  private resources: readonly string[] = [];
  private operation: Operation = 'status';
  readonly out: Outbox = {
    run: ({ operation, resources }) => {
      this.operation = operation;
      this.resources = resources.map(({ name }) => name);
      this.ran.push(`${operation} ${this.resources.join(' ')}`);
      return ++this.ticket;
    },
    hook: ({ hook }) => {
      this.ran.push(`hook ${hook}`);
      return ++this.ticket;
    },
    cancel: (ticket) => this.ran.push(`cancel ${ticket}`),
    announce: (resources, reason) => this.announced.push(`${resources.map(({ name }) => name).join(' ')} (${reason})`),
    announceFor: (node, resources, reason) =>
      this.announced.push(`${resources.map(({ name }) => name).join(' ')} for ${node} (${reason})`),
    log: (level, text) => this.logged.push(`${level}: ${text}`),
  };

  constructor(options: Parameters<typeof testGroup>[0] = {}) {
    this.group = new Group(testGroup({ resources: ['disk', '10.0.0.1', '10.0.0.2', 'web'], ...options }));
  }

  /** Ends an action by its number, counted from 1. */
  endOf(ticket: number, resources: string[], outcome: ResourceOutcome['outcome'] = 'succeeded'): boolean {
    const outcomes = resources.map((resource) => ({ resource, outcome, exitCode: 0, text: '' }));
    return this.group.onResult(this.out, ticket, outcomes, this.at);
  }

  /** Ends the action that runs; `outcome` for all of its resources. */
  end(outcome?: ResourceOutcome['outcome'], text = ''): boolean {
    const usual = this.operation === 'status' ? 'stopped' : 'succeeded';
    const outcomes = this.resources.map((resource) => ({
      resource,
      outcome: outcome ?? usual,
      exitCode: outcome === 'failed' ? 1 : 0,
      text,
    }));
    return this.group.onResult(this.out, this.ticket, outcomes as ResourceOutcome[], this.at);
  }

  /** Ends action after action until a phase is reached. */
  until(phase: GroupPhase): this {
    for (let count = 0; this.group.phase !== phase && count < 20; count++) this.end();
    if (this.group.phase !== phase) throw new Error(`never ${phase}`);
    return this;
  }

  to(phase: GroupPhase): this {
    const { group, out } = this;
    if (phase === 'unknown') return this;
    group.probe(out);
    if (phase === 'probing') return this;
    this.until('stopped');
    if (phase === 'stopped') return this;
    group.want(group.term + 1, 'test');
    if (phase === 'wanted') return this;
    group.start(out, 'test');
    if (phase === 'starting') return this;
    this.until('started');
    if (phase === 'started') return this;
    group.stop(out, 'test');
    if (phase === 'blocked') for (let tries = 0; tries < 4; tries++) this.failStop();
    return this;
  }

  failStop(): void {
    this.end('failed');
    this.at += 1000;
    this.group.tick(this.out, this.at);
  }
}

const phases: GroupPhase[] = ['unknown', 'probing', 'stopped', 'wanted', 'starting', 'started', 'stopping', 'blocked'];
type Input = 'probe' | 'want' | 'withdraw' | 'start' | 'stop' | 'unblock' | 'good' | 'failed' | 'strange' | 'tick';

function apply(bench: Bench, input: Input): void {
  const { group, out } = bench;
  if (input === 'probe') group.probe(out);
  else if (input === 'want') group.want(7, 'input');
  else if (input === 'withdraw') group.withdraw('input');
  else if (input === 'start') group.start(out, 'input');
  else if (input === 'stop') group.stop(out, 'input');
  else if (input === 'unblock') group.unblock(out, 'input');
  else if (input === 'good') bench.end();
  else if (input === 'failed') bench.end('failed');
  else if (input === 'strange') group.onResult(out, 999, [], bench.at);
  else group.tick(out, 1e9);
}

t.test('phase x event', async (t) => {
  const same = Object.fromEntries(phases.map((phase) => [phase, phase])) as Record<GroupPhase, GroupPhase>;
  // A result is of the first of several steps.
  const table: Record<Exclude<Input, 'probe'>, Partial<Record<GroupPhase, GroupPhase>>> = {
    want: { stopped: 'wanted' },
    withdraw: { wanted: 'stopped' },
    start: { wanted: 'starting' },
    stop: { wanted: 'stopped', started: 'stopping' },
    unblock: { blocked: 'stopping' },
    good: {},
    failed: { starting: 'stopping' },
    strange: {},
    tick: {},
  };
  for (const [input, row] of Object.entries(table) as [Input, Partial<Record<GroupPhase, GroupPhase>>][]) {
    for (const phase of phases) {
      const bench = new Bench().to(phase);
      apply(bench, input);
      t.equal(bench.group.phase, { ...same, ...row }[phase], `${phase} --${input}-->`);
    }
  }
});

t.test('what is claimed and what may run', async (t) => {
  for (const [phase, state, holds] of [
    ['unknown', null, true],
    ['probing', null, true],
    ['stopped', null, false],
    ['wanted', 'wanted', false],
    ['starting', 'starting', true],
    ['started', 'started', true],
    ['stopping', 'stopping', true],
    ['blocked', 'blocked', true],
  ] as const) {
    const { group } = new Bench().to(phase);
    t.equal(group.claim()?.state ?? null, state, phase);
    t.equal(group.holds, holds, `${phase} holds`);
  }
});

t.test('left to right up, right to left down, addresses in one go', async (t) => {
  const bench = new Bench().to('started');
  bench.group.stop(bench.out, 'test');
  bench.until('stopped');
  t.same(bench.ran, [
    'status disk',
    'status 10.0.0.1 10.0.0.2',
    'status web',
    'start disk',
    'start 10.0.0.1 10.0.0.2',
    'start web',
    'stop web',
    'stop 10.0.0.1 10.0.0.2',
    'stop disk',
  ]);
});

t.test('what runs, or may run, before anybody decided so is stopped', async (t) => {
  for (const outcome of ['running', 'failed', 'timedOut'] as const) {
    const bench = new Bench().to('probing');
    bench.end();
    bench.end(outcome);
    t.equal(bench.group.phase, 'probing', 'all of it is looked at');
    bench.end();
    t.equal(bench.group.phase, 'stopping', outcome);
    bench.until('stopped');
    t.same(bench.ran.slice(3), ['stop web', 'stop 10.0.0.1 10.0.0.2', 'stop disk']);
    t.ok(bench.logged.some((line) => line.startsWith('warn: CRITICAL: Resource 10.0.0.1 10.0.0.2 is active')));
  }
});

t.test('a failed start is undone from where it failed, and remembered', async (t) => {
  for (const [outcome, text, failure] of [
    ['failed', 'no route', 'start of 10.0.0.1 failed with exit code 1: no route'],
    ['failed', '', 'start of 10.0.0.1 failed with exit code 1'],
    ['timedOut', '', 'start of 10.0.0.1 timed out'],
  ] as const) {
    const bench = new Bench().to('starting');
    bench.end();
    bench.end(outcome, text);
    t.equal(bench.group.failure, failure);
    t.same(bench.ran.slice(-1), ['stop 10.0.0.1 10.0.0.2'], 'what failed may run half');
    bench.until('stopped');
    t.same(bench.ran.slice(-2), ['stop 10.0.0.1 10.0.0.2', 'stop disk']);
    const { state, failures } = bench.group.resourceStates()[1] ?? {};
    t.same({ state, failures }, { state: 'stopped', failures: 1 });
    bench.group.forgetFailure();
    t.equal(bench.group.failure, null);
    t.equal(bench.group.resourceStates()[1]?.failures, 0);
  }
});

t.test('a stop during a start waits for the running action, then undoes what is up', async (t) => {
  const bench = new Bench().to('starting');
  bench.end();
  bench.group.stop(bench.out, 'changed our mind');
  bench.group.stop(bench.out, 'again');
  t.equal(bench.group.phase, 'starting');
  t.equal(bench.group.claim()?.state, 'starting');
  bench.end();
  t.same(bench.ran.slice(-1), ['stop 10.0.0.1 10.0.0.2'], 'web was not started');
  t.equal(bench.group.reason, 'changed our mind');
  bench.until('stopped');
  bench.group.want(9, 'later');
  bench.group.start(bench.out, 'later');
  bench.until('started');
  t.equal(bench.group.phase, 'started', 'the wish to stop is not kept for the next start');
  t.equal(bench.group.reason, 'later');
});

const addresses = ['10.0.0.1', '10.0.0.2'];

t.test('in a hurry the addresses go first, the rest in order when they are gone', async (t) => {
  const bench = new Bench().to('started');
  const { length } = bench.ran;
  bench.group.stop(bench.out, 'others may run it', true);
  t.equal(bench.group.phase, 'stopping');
  t.same(bench.ran.slice(length), ['stop 10.0.0.1 10.0.0.2']);
  bench.group.stop(bench.out, 'again', true);
  t.equal(bench.ran.length, length + 1, 'once');
  bench.until('stopped');
  t.same(bench.ran.slice(length), ['stop 10.0.0.1 10.0.0.2', 'stop web', 'stop disk']);
});

t.test('a stop at leisure can be hurried', async (t) => {
  const bench = new Bench().to('stopping');
  const webStop = bench.ticket;
  bench.group.stop(bench.out, 'the lease is lost', true);
  t.same(bench.ran.slice(-2), ['stop web', 'stop 10.0.0.1 10.0.0.2']);
  bench.endOf(webStop, ['web']);
  t.same(bench.ran.slice(-1), ['stop 10.0.0.1 10.0.0.2'], 'the order waits for what runs ahead of it');
  bench.endOf(webStop + 1, addresses);
  t.same(bench.ran.slice(-1), ['stop disk'], 'and passes what is down');
  bench.end();
  t.equal(bench.group.phase, 'stopped');
});

t.test('what runs ahead may end before or after the action that is running', async (t) => {
  for (const order of ['before', 'after']) {
    const bench = new Bench().to('starting');
    bench.end();
    bench.end();
    const webStart = bench.ticket;
    bench.group.stop(bench.out, 'hurry', true);
    t.same(bench.ran.slice(-2), ['start web', 'stop 10.0.0.1 10.0.0.2']);
    if (order === 'before') bench.endOf(webStart + 1, addresses);
    bench.endOf(webStart, ['web']);
    if (order === 'after') {
      t.equal(bench.ran.at(-1), 'stop 10.0.0.1 10.0.0.2');
      bench.endOf(webStart + 1, addresses);
    }
    t.equal(bench.ran.at(-1), 'stop web', order);
    bench.until('stopped');
    t.same(bench.ran.slice(-2), ['stop web', 'stop disk']);
  }
});

t.test('an address that is being started is waited for', async (t) => {
  const bench = new Bench().to('starting');
  bench.end();
  bench.group.stop(bench.out, 'hurry', true);
  t.equal(bench.ran.at(-1), 'start 10.0.0.1 10.0.0.2', 'one action at a time on a resource');
  bench.end();
  t.equal(bench.ran.at(-1), 'stop 10.0.0.1 10.0.0.2');
});

t.test('an address that could not be taken away in a hurry is tried again in its order', async (t) => {
  const bench = new Bench().to('started');
  bench.group.stop(bench.out, 'hurry', true);
  bench.endOf(bench.ticket, addresses, 'failed');
  t.equal(bench.ran.at(-1), 'stop web');
  bench.until('stopped');
  t.same(bench.ran.slice(-3), ['stop web', 'stop 10.0.0.1 10.0.0.2', 'stop disk']);
});

t.test('the next stop in a hurry is like the first', async (t) => {
  const bench = new Bench().to('started');
  bench.group.stop(bench.out, 'hurry', true);
  bench.until('stopped');
  bench.group.want(9, 'again');
  bench.group.start(bench.out, 'again');
  bench.until('started');
  const { length } = bench.ran;
  bench.group.stop(bench.out, 'hurry', true);
  bench.until('stopped');
  t.same(bench.ran.slice(length), ['stop 10.0.0.1 10.0.0.2', 'stop web', 'stop disk']);
});

t.test('there is nothing to hurry in other phases', async (t) => {
  for (const phase of ['unknown', 'probing', 'stopped', 'wanted', 'blocked'] as const) {
    const bench = new Bench().to(phase);
    const { length } = bench.ran;
    bench.group.stop(bench.out, 'hurry', true);
    t.equal(bench.ran.length, length, phase);
  }
});

t.test('a failed stop is tried four times, then the group is blocked', async (t) => {
  const bench = new Bench().to('stopping');
  for (let tries = 1; tries <= 3; tries++) {
    bench.at += 10;
    bench.end('failed', 'busy');
    t.equal(bench.group.phase, 'stopping', `try ${tries}`);
    t.equal(bench.group.nextDeadline(), bench.at + 1000);
    bench.group.tick(bench.out, bench.at + 999);
    t.equal(bench.ran.filter((run) => run === 'stop web').length, tries, 'not before its time');
    bench.at += 1000;
    bench.group.tick(bench.out, bench.at);
    t.equal(bench.ran.filter((run) => run === 'stop web').length, tries + 1);
    t.equal(bench.group.nextDeadline(), Number.POSITIVE_INFINITY, 'no deadline while it runs');
  }
  bench.end('timedOut');
  t.equal(bench.group.phase, 'blocked');
  t.match(bench.group.reason, /^stop of web timed out; no other node may start the group/);
  t.equal(bench.group.nextDeadline(), Number.POSITIVE_INFINITY);
  t.notOk(bench.ran.includes('stop disk'), 'nothing below it is touched');
  bench.group.unblock(bench.out, 'mended');
  bench.until('stopped');
  t.equal(bench.group.reason, 'mended');
});

t.test('a stop that works at last goes on', async (t) => {
  const bench = new Bench().to('stopping');
  bench.failStop();
  bench.until('stopped');
  t.same(bench.ran.slice(-3), ['stop web', 'stop 10.0.0.1 10.0.0.2', 'stop disk']);
});

t.test('only the result that is waited for counts, once', async (t) => {
  const bench = new Bench().to('starting');
  t.equal(bench.group.onResult(bench.out, bench.ticket + 1, [], 0), false);
  const { ticket } = bench;
  t.equal(bench.end(), true);
  t.equal(bench.group.onResult(bench.out, ticket, [], 0), false);
});

t.test('what is known of the resources', async (t) => {
  const states = (bench: Bench) => bench.group.resourceStates().map(({ state }) => state);
  t.same(states(new Bench()), ['unknown', 'unknown', 'unknown', 'unknown']);
  t.same(states(new Bench().to('stopped')), ['stopped', 'stopped', 'stopped', 'stopped']);
  const bench = new Bench().to('starting');
  t.same(states(bench), ['starting', 'stopped', 'stopped', 'stopped']);
  bench.end();
  t.same(states(bench), ['started', 'starting', 'starting', 'stopped']);
  t.same(states(new Bench().to('started')), ['started', 'started', 'started', 'started']);
  t.same(states(new Bench().to('stopping')), ['started', 'started', 'started', 'stopping']);
  t.same(states(new Bench().to('blocked')), ['started', 'started', 'started', 'failed']);
});

t.test('the term is that of the claim in force, or the last', async (t) => {
  const bench = new Bench().to('stopped');
  bench.group.want(5, 'test');
  t.same(bench.group.claim(), { group: bench.group.config.id, term: 5, state: 'wanted' });
  bench.group.withdraw('test');
  t.equal(bench.group.term, 5);
});

t.test('announcing again: the addresses of a started group only', async (t) => {
  const bench = new Bench().to('started');
  bench.group.announceAgain(bench.out, 'a rival was seen');
  t.same(bench.announced, ['10.0.0.1 10.0.0.2 (a rival was seen)']);
  for (const phase of phases.filter((one) => one !== 'started')) {
    const other = new Bench().to(phase);
    other.group.announceAgain(other.out, 'x');
    t.same(other.announced, [], phase);
  }
});

t.test('every action has its time limit', async (t) => {
  const limits: string[] = [];
  const group = new Group(testGroup({ resources: ['web'] }));
  const out: Outbox = {
    run: ({ operation, timeoutMs }) => limits.push(`${operation} ${timeoutMs}`),
    hook: () => 0,
    cancel: () => undefined,
    announce: () => undefined,
    announceFor: () => undefined,
    log: () => undefined,
  };
  const result = (outcome: ResourceOutcome['outcome']) =>
    group.onResult(out, limits.length, [{ resource: 'web', outcome, exitCode: 0, text: '' }], 0);
  group.probe(out);
  result('stopped');
  group.want(1, '');
  group.start(out, '');
  result('succeeded');
  group.stop(out, '');
  t.same(limits, ['status 5000', 'start 10000', 'stop 20000']);
});

t.test('announcing for another node: addresses that are down and not about to come up', async (t) => {
  const down: string[] = [];
  for (const phase of phases) {
    const { group, out, announced } = new Bench().to(phase);
    group.announceFor(out, 'b', 'x');
    if (announced.length > 0) down.push(`${phase}: ${announced.join(', ')}`);
  }
  t.same(down, ['stopped: 10.0.0.1 10.0.0.2 for b (x)']);
});

const hooks = { beforeStart: 'one', afterStart: 'two', beforeStop: 'three', afterStop: 'four' };
const watch = { intervalMs: 1000, migrationThreshold: 3, failureTimeoutMs: 60_000 };

/** A started group that is watched; `web` was seen running. */
function watched(options: Parameters<typeof testGroup>[0] = {}): Bench {
  const bench = new Bench({ watch, ...options }).to('started');
  look(bench, 'running');
  return bench;
}

/** Lets every look that is due end, `web` with `outcome`. */
function look(bench: Bench, outcome: ResourceOutcome['outcome']): void {
  bench.at += 5000;
  const first = bench.ran.length;
  const ticketBefore = bench.ticket;
  bench.group.tick(bench.out, bench.at);
  for (const [index, run] of bench.ran.slice(first).entries()) {
    const name = run.replace('monitor ', '');
    bench.endOf(ticketBefore + index + 1, [name], name === 'web' ? outcome : 'running');
  }
}

t.test('a restart in place runs no hooks', async (t) => {
  const bench = watched({ hooks });
  look(bench, 'stopped');
  t.equal(bench.group.phase, 'broken');
  const { length } = bench.ran;
  bench.group.recover(bench.out, bench.at);
  bench.until('started');
  t.same(bench.ran.slice(length), ['stop web', 'start web']);
});

t.test('a recovery that becomes a stop runs the hooks of a stop', async (t) => {
  const bench = watched({ hooks });
  look(bench, 'stopped');
  const { length } = bench.ran;
  bench.group.recover(bench.out, bench.at);
  const stop = bench.ticket;
  bench.group.stop(bench.out, 'standby');
  t.equal(bench.group.phase, 'stopping');
  bench.endOf(stop, ['web']);
  bench.until('stopped');
  t.same(bench.ran.slice(length), [
    'stop web',
    'hook beforeStop',
    'stop 10.0.0.1 10.0.0.2',
    'stop disk',
    'hook afterStop',
  ]);
});

t.test('a recovery whose stop has failed, and is to be tried again, becomes a stop', async (t) => {
  const bench = watched();
  look(bench, 'stopped');
  bench.group.recover(bench.out, bench.at);
  bench.end('failed');
  bench.group.stop(bench.out, 'standby');
  const { length } = bench.ran;
  t.equal(bench.group.phase, 'stopping');
  bench.at += 1000;
  bench.group.tick(bench.out, bench.at);
  bench.until('stopped');
  t.same(bench.ran.slice(length), ['stop web', 'stop 10.0.0.1 10.0.0.2', 'stop disk']);
});

t.test('in a hurry nobody waits for a hook that runs already', async (t) => {
  const bench = new Bench({ hooks }).to('started');
  bench.group.stop(bench.out, 'a move');
  t.equal(bench.ran.at(-1), 'hook beforeStop');
  bench.group.stop(bench.out, 'others may run it', true);
  t.equal(bench.ran.at(-1), 'stop 10.0.0.1 10.0.0.2');
  bench.endOf(bench.ticket, addresses);
  t.equal(bench.ran.at(-1), 'stop web', 'the hook has not ended yet');
  bench.until('stopped');

  const coming = new Bench({ hooks }).to('starting');
  for (let count = 0; coming.ran.at(-1) !== 'hook afterStart' && count < 10; count++) coming.end();
  coming.group.stop(coming.out, 'others may run it', true);
  t.equal(coming.group.phase, 'stopping');
  t.ok(coming.ran.includes('stop 10.0.0.1 10.0.0.2'));
});

t.test('a stop in a hurry that has to wait for a start is one still when that has ended', async (t) => {
  const bench = new Bench({ hooks }).to('starting');
  while (bench.ran.at(-1) !== 'start web') bench.end();
  const start = bench.ticket;
  bench.group.stop(bench.out, 'others may run it', true);
  bench.endOf(bench.ticket, addresses);
  bench.endOf(start, ['web']);
  t.equal(bench.ran.at(-1), 'stop web', 'and before-stop is not waited for');
});

t.test('an address that cannot be put back while the rest comes up is mended when it has', async (t) => {
  const bench = watched();
  look(bench, 'stopped');
  bench.group.recover(bench.out, bench.at);
  bench.end();
  t.equal(bench.ran.at(-1), 'start web');
  const start = bench.ticket;
  const lost = bench.group.config.resources.filter(({ name }) => addresses.includes(name));
  bench.group.upkeep.healing.lose(bench.out, lost, 'somebody took it', bench.at);
  bench.group.heal(bench.out, bench.at);
  t.equal(bench.ran.at(-1), 'start 10.0.0.1 10.0.0.2');
  bench.endOf(bench.ticket, addresses, 'failed');
  bench.endOf(start, ['web']);
  t.equal(bench.group.phase, 'broken');
  const { length } = bench.ran;
  bench.group.recover(bench.out, bench.at);
  bench.until('started');
  t.same(bench.ran.slice(length), ['stop web', 'stop 10.0.0.1 10.0.0.2', 'start 10.0.0.1 10.0.0.2', 'start web']);
});

t.test('a failure that is ignored counts once, and is over when the resource runs again', async (t) => {
  const bench = watched({ watch: { ...watch, onFail: 'ignore' } });
  const web = () => bench.group.resourceStates().find(({ resource }) => resource.name === 'web');
  look(bench, 'stopped');
  look(bench, 'stopped');
  t.match(web(), { state: 'failed', failures: 1 });
  t.equal(bench.group.phase, 'started');
  look(bench, 'running');
  t.match(web(), { state: 'started', failures: 1 });
});

t.test('what an adopted group lacks is not put back by its confirmation', async (t) => {
  const bench = new Bench();
  bench.group.probe(bench.out, { term: 3, whatever: true, reason: 'nobody may touch it' });
  bench.end('running');
  bench.end();
  bench.end('running');
  t.equal(bench.group.phase, 'broken');
  const { length } = bench.ran;
  bench.group.confirm(bench.out);
  t.same(bench.ran.slice(length), []);
});
