/** The text of every parameter, as `cl_status hbparameter` and the agents' HA_* variables show it. */
import { directives } from './directives.js';
import type { HaCfDraft } from './statement.js';
import type { Timing } from './types.js';

/** Recorded directives as written, or their default; times that follow from others are written in ms. */
export function parametersOf(draft: HaCfDraft, timing: Timing, udpport: number): Record<string, string> {
  const derived: Record<string, string> = {
    warntime: `${timing.warntimeMs}ms`,
    initdead: `${timing.initdeadMs}ms`,
    deadping: `${timing.deadpingMs}ms`,
    udpport: String(udpport),
    ...withoutFiles(draft),
  };
  const parameters: Record<string, string> = {};
  for (const { name, recorded, fallback } of directives) {
    const text = draft.settings.get(name)?.text ?? derived[name] ?? fallback;
    if (recorded && text !== null) parameters[name] = text;
  }
  return parameters;
}

/** With syslog only, Heartbeat records the two files as /dev/null. */
function withoutFiles({ settings }: HaCfDraft): Record<string, string> {
  const silent = settings.has('logfacility') && !settings.has('logfile') && !settings.has('debugfile');
  return silent ? { logfile: '/dev/null', debugfile: '/dev/null' } : {};
}
