/** The heartbeat never waits: agents, a full disk and a thousand status requests do not hold the event loop up. */

import t from 'tap';
import { ask } from '../../src/io/control-client.js';
import { needLab } from './need.js';
import { createPair } from './pair.js';

const timing = { keepaliveMs: 100, deadtimeMs: 2000 };
const agents = 12;
const requests = 1000;
const requestsAtATime = 50;

/** An agent that takes a while, some processor time and some output for each action. */
const agentScript = `#!/bin/sh
state=/var/run-$1
i=0
while [ $i -lt 2000 ]; do i=$((i+1)); done
yes "a line that an agent prints" | head -n 200
sleep 0.1
case "$2" in
  start) touch "$state" ;;
  stop) rm -f "$state" ;;
  status) [ -e "$state" ] && { echo running; exit 0; }; echo stopped; exit 3 ;;
esac
`;

const controlScript = `
let due = performance.now() + 10;
setInterval(() => {
  const now = performance.now();
  console.log((now - due).toFixed(1));
  due = now + 10;
}, 10);
`;

t.test('agents, logging to a full disk and 1,000 status requests', async (t) => {
  if (!(await needLab(t))) return;
  const groups = Array.from({ length: agents }, (_, index) => `a Busy::${index}\n`).join('');
  const pair = await createPair({
    timing,
    addresses: [],
    haresources: groups,
    more: ['logfile /full/ha-log', 'debugfile /full/ha-debug', 'debug 3'],
  });
  t.teardown(() => pair.close());
  for (const node of pair.nodes) {
    node.writeFile('/etc/ha.d/resource.d/Busy', agentScript, 0o755);
    await node.exec([
      'sh',
      '-c',
      'mkdir /full; mount -t tmpfs -o size=8k tmpfs /full; yes | head -c 100000 > /full/ballast',
    ]);
  }
  await Promise.all([pair.start('a'), pair.start('b')]);
  await pair.settled('a');

  // What starting up took is no part of this.
  await pair.statusUntil('a', 'the start is past', ({ counters: { loopLagRecentMs = 0, loopLagMaxMs = 0 } }) => {
    return loopLagRecentMs < loopLagMaxMs || loopLagMaxMs < 10;
  });
  const control = await pair.b.spawn([process.execPath, '-e', controlScript]);
  const runFolder = pair.a.namespace.path('/run/systole');
  const standby = pair.systole('a', 'node', 'standby', 'a');
  let answered = 0;
  for (let round = 0; round < requests / requestsAtATime; round++) {
    const answers = await Promise.all(
      Array.from({ length: requestsAtATime }, (_, id) => ask(runFolder, { id, ask: 'status' }, 30_000)),
    );
    answered += answers.filter(({ ok }) => ok).length;
  }
  t.equal((await standby).code, 0, 'the standby went through meanwhile');
  await pair.settled('b');
  const after = await pair.status('a');
  const there = await pair.status('b');

  const lagMs = after.counters.loopLagRecentMs ?? Number.POSITIVE_INFINITY;
  // A process that does nothing but keep time: how late this machine makes it is not the daemon's doing.
  control.signal('SIGTERM');
  await control.ended;
  const controlMs = Math.max(0, ...control.lines.map(Number));
  t.comment(
    `longest lag of the event loop: ${lagMs} ms at keepalive ${timing.keepaliveMs} ms; of an idle process: ${controlMs} ms`,
  );
  t.equal(answered, requests, 'every status request was answered');
  t.ok(
    pair.daemon('a').lines.some((line) => /\/full\/ha-/.test(line)),
    'the disk was really full: the daemon says on standard error that it cannot write there',
  );
  t.equal(there.counters.lateHeartbeats ?? 0, 0, 'no heartbeat was late for the peer');
  t.ok(lagMs < timing.keepaliveMs / 4 + controlMs, `a lag below a quarter of keepalive: ${lagMs} ms`);
});
