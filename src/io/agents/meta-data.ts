/** Asks OCF agents for their meta-data. Only `systole check` does: it takes a process for each agent. */
import type { MetaDataAnswer } from '../../config/ocf-check.js';
import { loadMemoryFiles } from '../kernel/memory-file.js';
import { rootCommands } from '../programs.js';
import { createScriptRunner, type ScriptEnd } from './script.js';
import { createSlots } from './slots.js';

/** An agent only prints a text. */
const limitMs = 5000;
const atATime = 8;

/** The answers by path. Each agent is asked once, several at a time, none longer than five seconds. Never rejects. */
export async function askMetaData(
  paths: readonly string[],
  options: { readonly ocfRoot?: string; readonly timeoutMs?: number } = {},
): Promise<Map<string, MetaDataAnswer>> {
  const { ocfRoot = '/usr/lib/ocf', timeoutMs = limitMs } = options;
  const environment = { OCF_ROOT: ocfRoot, LC_ALL: 'C', PATH: `${process.env.PATH ?? ''}:${rootCommands}` };
  if (paths.length === 0) return new Map();
  const scripts = createScriptRunner(loadMemoryFiles);
  const slots = createSlots(atATime);
  const ask = async (path: string) => {
    const ended = await slots(() => scripts.run({ path, args: ['meta-data'], environment, timeoutMs }));
    return [path, answerOf(ended, timeoutMs)] as const;
  };
  return new Map(await Promise.all([...new Set(paths)].map(ask)));
}

function answerOf(ended: ScriptEnd, timeoutMs: number): MetaDataAnswer {
  switch (ended.end) {
    case 'exited':
      if (ended.exitCode === 0) return { text: ended.output };
      return { missing: `meta-data ended with exit code ${ended.exitCode}` };
    case 'killed':
      return { missing: `meta-data was killed by ${ended.signal}` };
    case 'timedOut':
      return { missing: `meta-data took longer than ${timeoutMs / 1000} s` };
    case 'notRun':
      return { missing: ended.text };
  }
}
