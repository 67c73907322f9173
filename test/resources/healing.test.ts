import t from 'tap';
import { Healing } from '../../src/resources/healing.js';
import type { Outbox } from '../../src/resources/outbox.js';
import { planSteps } from '../../src/resources/plan.js';
import { Records } from '../../src/resources/records.js';
import { testGroup } from '../support/config.js';

/** A group of which everything is up; what is started and said is collected. */
class Bench {
  private readonly config = testGroup({ resources: ['disk', '10.0.0.1', '10.0.0.2', 'web'] });
  readonly records = new Records(this.config.resources);
  readonly healing = new Healing('g', this.records);
  readonly started: string[] = [];
  readonly logged: string[] = [];
  at = 0;
  private readonly out = {
    log: (level: string, text: string) => void this.logged.push(`${level}: ${text}`),
  } as unknown as Outbox;

  constructor() {
    this.records.put(this.config.resources, 'started');
  }

  lose(...names: string[]): void {
    const lost = this.config.resources.filter(({ name }) => names.includes(name));
    this.healing.lose(this.out, lost, 'deleted by somebody', this.at);
  }

  /** Starts what is due, and lets that succeed or not. */
  putBack(outcome: 'succeeded' | 'failed' = 'succeeded'): void {
    this.healing.putBack(planSteps(this.config), this.at, (step) => {
      this.started.push(`${this.at} ${step.map(({ name }) => name).join(' ')}`);
      return this.started.length;
    });
    for (let ticket = 1; ticket <= this.started.length; ticket++) {
      const names = (this.started[ticket - 1] ?? '').split(' ').slice(1);
      this.healing.result(
        ticket,
        names.map((resource) => ({ resource, outcome, exitCode: 0, text: '' })),
      );
    }
  }

  healed(): number[] {
    return this.records.all().map(({ healed }) => healed);
  }
}

t.test('what is lost is put back once, neighbours together, and counted', async (t) => {
  const b = new Bench();
  b.lose('10.0.0.1', '10.0.0.2', 'web');
  b.putBack();
  b.putBack();
  t.same(b.started, ['0 10.0.0.1 10.0.0.2', '0 web']);
  t.same(b.healed(), [0, 1, 1, 1]);
  t.same(b.logged, ['warn: 10.0.0.1 10.0.0.2 web of g: deleted by somebody; to be put back']);
  t.same(b.healing.troubles(0), []);
});

t.test('what is not up is nobody’s loss, also when it goes down before it is put back', async (t) => {
  const b = new Bench();
  b.records.set('web', 'stopped');
  b.lose('web');
  b.putBack();
  t.same([b.started, b.logged], [[], []]);
  b.lose('disk');
  b.records.set('disk', 'stopping');
  b.putBack();
  t.same(b.started, []);
  b.records.set('disk', 'started');
  b.lose('disk');
  b.healing.end();
  b.putBack();
  t.same(b.started, []);
});

t.test('a start that failed is told and not counted', async (t) => {
  const b = new Bench();
  b.lose('web');
  const failed = { resource: 'web', outcome: 'failed', exitCode: 1, text: 'no' } as const;
  b.healing.putBack([[]], 0, () => 1);
  t.equal(b.healing.result(1, [failed]), undefined, 'of another');
  b.healing.begin(7, [], true);
  t.same(b.healing.result(7, [failed]), failed);
  t.same(b.healed(), [0, 0, 0, 0]);
});

t.test('what is lost again and again is a problem, until it has stayed for a minute', async (t) => {
  const b = new Bench();
  for (; b.at < 50_000; b.at += 5000) {
    b.lose('web');
    b.putBack();
  }
  t.same(b.healing.troubles(b.at), [], 'ten times in a minute');
  b.lose('web');
  b.putBack();
  t.match(b.healing.troubles(b.at), [/^something keeps deleting web of group g: /]);
  t.equal(b.started.length, 11, 'it is put back at once all the same');
  t.same(b.healing.troubles(b.at + 60_000), []);
});

t.test('a fight is fought slowly', async (t) => {
  const b = new Bench();
  // Whatever it does, in every turn something has deleted it.
  for (; b.at < 60_000; b.at += 100) {
    b.healing.tick(b.at);
    const before = b.started.length;
    b.putBack();
    if (b.at === 0 || b.started.length > before) b.lose('web');
  }
  const times = b.started.map((line) => Number(line.split(' ')[0]));
  t.same(times.slice(0, 21), [...Array.from({ length: 19 }, (_, i) => 100 * (i + 1)), ...[6900, 11_900]]);
  t.equal(b.logged.filter((line) => line.startsWith('error: something keeps deleting web of g: 20 times')).length, 1);
  t.match(b.healing.troubles(b.at), [/it is put back once in 5 s only/]);
  t.equal(b.healing.nextDeadline(), Math.max(...times) + 5000);
  b.at += 5000;
  b.healing.tick(b.at);
  b.putBack();
  t.equal(b.healing.nextDeadline(), Number.POSITIVE_INFINITY);
  const before = b.started.length;
  b.at += 10_000;
  b.lose('web');
  b.putBack();
  t.equal(b.started.length, before + 1, 'after ten quiet seconds it is put back at once again');
});
