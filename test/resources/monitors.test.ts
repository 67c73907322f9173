import t from 'tap';
import type { ResourceOutcome } from '../../src/events.js';
import { Monitors } from '../../src/resources/monitors.js';
import { testGroup } from '../support/config.js';

const { resources } = testGroup({ resources: ['web'], watch: { intervalMs: 10_000 } });
const answer = (outcome: ResourceOutcome['outcome']) => [{ resource: 'web', outcome, exitCode: null, text: '' }];

/** Looked at once; gives what came of it. */
function look(monitors: Monitors, at: number, outcome: ResourceOutcome['outcome']) {
  const looked: string[] = [];
  monitors.tick(at, ({ name }) => looked.push(name) && 7);
  if (looked.length === 0) return 'not looked';
  const finding = monitors.result(7, answer(outcome), at);
  return finding === null || finding === undefined ? finding : finding.text;
}

t.test('the first look comes at once, the others after their interval', async (t) => {
  const monitors = new Monitors(resources);
  t.equal(monitors.nextDeadline(), Number.POSITIVE_INFINITY);
  monitors.begin(0);
  t.equal(monitors.nextDeadline(), 50);
  t.equal(look(monitors, 49, 'running'), 'not looked');
  t.equal(look(monitors, 50, 'running'), null);
  t.equal(monitors.nextDeadline(), 10_050);
  monitors.end();
  monitors.begin(20_000);
  t.equal(monitors.nextDeadline(), 30_000, 'also after a restart');
});

t.test('a script is believed once it has said that it runs', async (t) => {
  const monitors = new Monitors(resources);
  monitors.begin(0);
  t.equal(look(monitors, 50, 'stopped'), null);
  t.same(monitors.unwatchable(), []);
  t.equal(look(monitors, 1050, 'stopped'), null, 'the second one comes soon: it may have been late with its pid file');
  t.equal(look(monitors, 11_049, 'stopped'), 'not looked');
  t.equal(look(monitors, 21_000, 'stopped'), null);
  t.same(monitors.unwatchable(), ['web']);
  t.equal(look(monitors, 31_000, 'failed'), 'web has failed', 'a failure is one all the same');
  t.equal(look(monitors, 41_000, 'running'), null);
  t.equal(look(monitors, 51_000, 'stopped'), 'web does not run any more');
});

t.test('found running at the start is enough', async (t) => {
  const monitors = new Monitors(resources);
  monitors.seen('web');
  monitors.begin(0);
  t.equal(look(monitors, 10_000, 'stopped'), 'web does not run any more');
});

t.test('an OCF agent is believed from the beginning', async (t) => {
  const monitors = new Monitors(resources.map((resource) => ({ ...resource, class: 'ocf' as const })));
  monitors.begin(0);
  t.equal(look(monitors, 1000, 'stopped'), 'web does not run any more');
});

t.test('looks on their way are given up at the end, and their results are nobody’s', async (t) => {
  const monitors = new Monitors(resources);
  monitors.begin(0);
  monitors.tick(1000, () => 7);
  t.equal(monitors.nextDeadline(), Number.POSITIVE_INFINITY, 'the next one is reckoned from the end of this one');
  t.same(monitors.end(), [7]);
  t.equal(monitors.result(7, answer('failed'), 1500), undefined);
  t.same(monitors.end(), []);
});

t.test('what has no interval is never looked at', async (t) => {
  const monitors = new Monitors(testGroup({ resources: ['web'] }).resources);
  monitors.begin(0);
  t.equal(monitors.nextDeadline(), Number.POSITIVE_INFINITY);
});
