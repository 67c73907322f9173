/** Keys of resources.ini for the commands around a group's transitions. */
import type { IniEntry } from './ini-text.js';
import { checked, readCommand } from './ini-values.js';
import type { Report } from './problems.js';
import type { Hooks } from './types.js';
import { parseTime } from './values.js';

export type HookDraft = { -readonly [Key in keyof Hooks]?: Hooks[Key] };

const commands = new Map<string, Exclude<keyof Hooks, 'timeoutMs'>>([
  ['before-start', 'beforeStart'],
  ['after-start', 'afterStart'],
  ['before-stop', 'beforeStop'],
  ['after-stop', 'afterStop'],
]);

/** The names of these keys. */
export const hookKeys: readonly string[] = [...commands.keys(), 'hook-timeout'];

/** Reads one of these keys into the draft. */
export function readHookKey(entry: IniEntry, draft: HookDraft, report: Report): void {
  const command = commands.get(entry.key.text);
  if (command) {
    draft[command] = readCommand(entry, report);
    return;
  }
  const ms = checked(entry.value, parseTime(entry.value.text), report);
  if (ms !== null) draft.timeoutMs = ms;
}
