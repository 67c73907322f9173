import t from 'tap';
import type { Cluster } from '../src/cluster.js';
import type { Effect, Event } from '../src/events.js';
import { Loop } from '../src/loop.js';

type Untimed = Parameters<Loop['take']>[0];

/** A world in which timers and waiting events happen when the test says so, and a core that does what it is told. */
class FakeWorld {
  now = 100;
  deadline = Number.POSITIVE_INFINITY;
  readonly steps: Event[] = [];
  readonly performed: string[] = [];
  readonly timers: { delayMs: number; call: () => void; armed: boolean }[] = [];
  readonly waiting: (() => void)[] = [];
  onStep: (event: Event) => Effect[] = () => [];
  onPerform: (effect: Effect) => void = () => undefined;
  readonly loop: Loop;

  constructor() {
    const cluster: Cluster = {
      step: (event) => {
        this.steps.push(event);
        return this.onStep(event);
      },
      nextDeadline: () => this.deadline,
      status: () => {
        throw new Error('not asked for');
      },
    };
    this.loop = new Loop(cluster, {
      now: () => this.now,
      perform: (effect) => {
        this.performed.push(effect.type === 'log' ? effect.text : effect.type);
        this.onPerform(effect);
      },
      after: (delayMs, call) => {
        const timer = { delayMs, call, armed: true };
        this.timers.push(timer);
        return () => {
          timer.armed = false;
        };
      },
      afterWaiting: (call) => this.waiting.push(call),
    });
  }

  /** The timer that is armed fires, at a time. */
  fire(at: number): void {
    const timer = this.timers.find(({ armed }) => armed);
    if (timer === undefined) throw new Error('no timer is armed');
    timer.armed = false;
    this.now = at;
    timer.call();
  }

  armed(): number[] {
    return this.timers.filter(({ armed }) => armed).map(({ delayMs }) => delayMs);
  }
}

const line = (text: string): Effect => ({ type: 'log', level: 'info', text });
const shutdown: Untimed = { type: 'shutdown' };

t.test('an event gets the time it was taken, its effects are performed in order', async (t) => {
  const world = new FakeWorld();
  world.onStep = () => [line('one'), line('two')];
  world.now = 123;
  world.loop.take(shutdown);
  t.same(world.steps, [{ type: 'shutdown', at: 123 }]);
  t.same(world.performed, ['one', 'two']);
});

t.test('what performing brings at once is taken after all effects, in order', async (t) => {
  const world = new FakeWorld();
  let count = 0;
  world.onStep = ({ type }) => (type === 'shutdown' ? [line('first'), line('second')] : [line(`then ${++count}`)]);
  world.onPerform = (effect) => {
    if (effect.type === 'log' && !effect.text.startsWith('then')) world.loop.take({ type: 'tick' });
  };
  world.loop.take(shutdown);
  t.same(world.performed, ['first', 'second', 'then 1', 'then 2']);
  t.same(
    world.steps.map(({ type }) => type),
    ['shutdown', 'tick', 'tick'],
  );
});

t.test('one timer is armed for the next deadline', async (t) => {
  const world = new FakeWorld();
  world.deadline = 600;
  world.loop.take(shutdown);
  t.same(world.armed(), [500]);
  world.deadline = 601;
  world.loop.take(shutdown);
  t.same(world.armed(), [500], 'a deadline that is hardly later keeps the timer');
  world.deadline = 800;
  world.loop.take(shutdown);
  t.same(world.armed(), [700], 'a later one puts it off: it would wake the process for nothing');
  world.deadline = 250;
  world.loop.take(shutdown);
  t.same(world.armed(), [150], 'an earlier one replaces it');
  world.deadline = 50;
  world.loop.take(shutdown);
  t.same(world.armed(), [0], 'one that is past is at once');
});

t.test('no deadline, no timer', async (t) => {
  const world = new FakeWorld();
  world.loop.take(shutdown);
  t.same(world.armed(), []);
});

t.test('a timer lets waiting packets go first, then ticks and arms the next', async (t) => {
  const world = new FakeWorld();
  world.deadline = 200;
  world.loop.take(shutdown);
  world.fire(201);
  t.equal(world.steps.length, 1, 'nothing yet');
  world.onStep = ({ type }) => {
    if (type === 'tick') world.deadline = 300;
    return [];
  };
  world.loop.take({ type: 'packet', link: 'eth0', bytes: new Uint8Array() });
  for (const call of world.waiting) call();
  t.same(
    world.steps.map(({ type }) => type),
    ['shutdown', 'packet', 'tick'],
  );
  t.ok(world.armed().length <= 1);
  world.now = 201;
});

t.test('a timer that came early is armed again', async (t) => {
  const world = new FakeWorld();
  world.deadline = 200;
  world.loop.take(shutdown);
  world.deadline = 500;
  world.fire(200);
  for (const call of world.waiting) call();
  t.same(world.armed(), [300]);
});

t.test('how late timers come is noted', async (t) => {
  const world = new FakeWorld();
  world.deadline = 200;
  world.loop.take(shutdown);
  world.fire(217);
  t.equal(world.loop.lag.maxMs, 17);
});

t.test('an effect that throws does not stop the loop for ever', async (t) => {
  const world = new FakeWorld();
  world.onStep = () => [line('x')];
  world.onPerform = () => {
    throw new Error('broken');
  };
  t.throws(() => world.loop.take(shutdown), { message: 'broken' });
  world.onPerform = () => undefined;
  world.loop.take(shutdown);
  t.equal(world.steps.length, 2);
});

t.test('after close no timer is left', async (t) => {
  const world = new FakeWorld();
  world.deadline = 200;
  world.loop.take(shutdown);
  world.loop.close();
  t.same(world.armed(), []);
});
