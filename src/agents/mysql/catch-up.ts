/** Waits until a replica has caught up, or for what the operator says is to be done when it does not. */
import { failed, Refusal } from '../frame/answer.js';
import { query } from './client.js';
import { type Progress, progressOf, statusQueries } from './replica.js';
import type { Subject } from './server.js';

const lookEveryMs = 500;
const askLimitMs = 5000;

/** Level in so many looks on end: what the source has written may not have been sent at the first. */
const looksNeeded = 2;

/** Returns when clients may be let in; throws a `Refusal` when they may not. `untilMs`: the end of the start's time. */
export async function caughtUp(subject: Subject, untilMs: number): Promise<void> {
  const { parameters, world } = subject.context;
  const late = parameters.need('catch_up_late');
  const beganMs = world.now();
  const lateAtMs = late === 'wait' ? untilMs : Math.min(untilMs, beganMs + parameters.number('catch_up_limit') * 1000);
  const aloneLimitMs = parameters.number('source_limit') * 1000;
  let looks = 0;
  let aloneSinceMs: number | null = null;
  for (;;) {
    const progress = await look(subject);
    const now = world.now();
    looks = progress.state === 'level' ? looks + 1 : 0;
    if (looks >= looksNeeded) return;
    aloneSinceMs = progress.state === 'alone' ? (aloneSinceMs ?? now) : null;
    if (progress.state === 'alone' && now - (aloneSinceMs ?? now) >= aloneLimitMs) {
      world.say('warn', `${progress.text}: what was received from it counts as all`);
      return;
    }
    if (progress.state === 'broken' || now >= lateAtMs) return giveUp(subject, progress, now - beganMs);
    await world.sleep(lookEveryMs);
  }
}

function giveUp({ context }: Subject, progress: Progress, waitedMs: number): void {
  const { parameters, world } = context;
  const text = progress.state === 'level' ? 'level only just now' : progress.text;
  const what = `the replica has not caught up after ${Math.round(waitedMs / 1000)} s: ${text}`;
  if (parameters.need('catch_up_late') !== 'open') throw new Refusal(failed(`${what}; the port stays blocked`));
  world.say('warn', `${what}; clients are let in all the same (catch_up_late=open)`);
}

async function look({ context: { world }, settings }: Subject): Promise<Progress> {
  let why = '';
  for (const sql of statusQueries) {
    const reply = await query({ world, settings }, sql, askLimitMs);
    if (reply.ok) return progressOf(reply.text);
    why = reply.why;
    // 1064: it does not know these words; the next may be its own.
    if (reply.number !== 1064) break;
  }
  return { state: 'behind', text: `the server does not say how far it is: ${why}` };
}
