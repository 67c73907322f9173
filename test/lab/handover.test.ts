/** Many groups at a time: in parallel, and the heartbeat does not suffer. */
import t from 'tap';
import { measureHandover, slowAgent, slowGroups } from './handover.js';
import { needLab } from './need.js';

const groups = 25;
const resources = 4;
const actionMs = 200;

t.test('groups of slow agents come up side by side', async (t) => {
  if (!(await needLab(t))) return;
  const agents = { Slow: slowAgent(actionMs / 1000) };
  const { upMs, lateHeartbeats, lagMs } = await measureHandover({
    haresources: slowGroups(groups, resources),
    groups,
    agents,
  });
  const serialMs = groups * resources * actionMs;
  t.comment(`${groups} groups of ${resources} up after ${upMs.toFixed(0)} ms; one after another: ${serialMs} ms`);
  t.comment(`longest lag of the event loop: ${lagMs} ms`);
  // Promised are 3 s for fifty on a quiet machine: `npm run bench -- services`.
  t.ok(upMs < serialMs / 4, 'far sooner than one after another');
  t.ok(upMs > resources * actionMs, 'and the resources of a group in order');
  t.equal(lateHeartbeats, 0, 'no heartbeat is late');
});
