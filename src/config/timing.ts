/** The intervals that decide who is alive: defaults that depend on one another, and combinations that cannot work. */
import { fileStart, type Place } from './problems.js';
import type { HaCfDraft, Reading } from './statement.js';
import type { Timing } from './types.js';
import { formatTime } from './values.js';

/** The intervals with Heartbeat's defaults for those that are not given, or not understood. */
export function resolveTiming(draft: HaCfDraft): Timing {
  const deadtimeMs = given(draft, 'deadtime') ?? 30_000;
  return {
    keepaliveMs: given(draft, 'keepalive') ?? 1000,
    deadtimeMs,
    warntimeMs: given(draft, 'warntime') ?? deadtimeMs / 2,
    initdeadMs: given(draft, 'initdead') ?? initdeadFor(deadtimeMs),
    deadpingMs: given(draft, 'deadping') ?? deadtimeMs,
  };
}

function given(draft: HaCfDraft, name: string): number | undefined {
  const value = draft.settings.get(name)?.value;
  return typeof value === 'number' ? value : undefined;
}

/** Long enough for a switch or a slow peer to come up. Heartbeat's rule. */
function initdeadFor(deadtimeMs: number): number {
  if (deadtimeMs > 10_000) return deadtimeMs;
  return deadtimeMs < 6000 ? 12_000 : 2 * deadtimeMs;
}

/** Reports combinations that cannot work. A pair with a value that is itself wrong is not judged. */
export function checkTiming({ draft, report }: Reading): void {
  const timing = resolveTiming(draft);
  const check = (names: readonly string[], complain: (place: Place) => void): void => {
    if (names.some((name) => draft.broken.has(name))) return;
    const place = names.map((name) => draft.settings.get(name)).find((setting) => setting !== undefined);
    complain(place ?? fileStart);
  };
  check(['deadtime', 'keepalive'], (place) => {
    if (draft.nodes.length > 2 && timing.deadtimeMs > timing.keepaliveMs) checkLease(timing, place, report);
    else checkSilence('deadtime', timing.deadtimeMs, timing, place, report);
  });
  if (draft.settings.has('deadping')) {
    check(['deadping', 'keepalive'], (place) => checkSilence('deadping', timing.deadpingMs, timing, place, report));
  }
  check(['warntime', 'deadtime'], (place) => checkWarntime(timing, place, report));
  check(['initdead', 'deadtime'], (place) => checkInitdead(timing, place, report));
}

/** Heartbeat refuses up to twice keepalive; that is strict for fast links, so here it is a warning. */
function checkSilence(
  name: string,
  limitMs: number,
  { keepaliveMs }: Timing,
  place: Place,
  report: Reading['report'],
): void {
  const [limit, keepalive] = [formatTime(limitMs), formatTime(keepaliveMs)];
  if (limitMs <= keepaliveMs) {
    report.error(
      place,
      `${name} (${limit}) must be longer than keepalive (${keepalive}): a living node would be declared dead between two heartbeats`,
    );
  } else if (limitMs <= 2 * keepaliveMs) {
    report.warning(
      place,
      `${name} (${limit}) is not more than twice keepalive (${keepalive}): one lost packet is a death; a Heartbeat peer refuses to start so`,
    );
  }
}

/**
 * With quorum a node holds something only as long as it can prove that others hear it, and it learns that from their next
 * heartbeats: proof is up to twice keepalive old when nothing is lost.
 */
function checkLease({ deadtimeMs, keepaliveMs }: Timing, place: Place, report: Reading['report']): void {
  if (deadtimeMs > 2 * keepaliveMs) return;
  const [deadtime, keepalive] = [formatTime(deadtimeMs), formatTime(keepaliveMs)];
  report.error(
    place,
    `deadtime (${deadtime}) must be more than twice keepalive (${keepalive}) with more than two nodes: a node would give up what it holds before it can know that others hear it`,
  );
}

function checkWarntime({ warntimeMs, deadtimeMs }: Timing, place: Place, report: Reading['report']): void {
  if (warntimeMs <= deadtimeMs) return;
  report.warning(
    place,
    `warntime (${formatTime(warntimeMs)}) is longer than deadtime (${formatTime(deadtimeMs)}): no heartbeat is ever reported late`,
  );
}

function checkInitdead({ initdeadMs, deadtimeMs }: Timing, place: Place, report: Reading['report']): void {
  if (initdeadMs >= deadtimeMs) return;
  report.error(
    place,
    `initdead (${formatTime(initdeadMs)}) must not be shorter than deadtime (${formatTime(deadtimeMs)})`,
  );
}
