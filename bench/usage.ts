/** What the processes of one node cost: processor time and memory, from /proc. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Namespace } from '../test/lab/namespace.js';

export interface Usage {
  /** Milliseconds of processor time of every process, since each began, with their children that ended. */
  readonly cpuMs: number;
  /** Proportional set size: pages shared by several processes of this machine count in parts. */
  readonly pssMb: number;
  /** What the set size would be on a machine of its own, where no other node's processes share its programs' pages. */
  readonly aloneMb: number;
  readonly processes: number;
}

/** Of every process in the node but the namespace's own first one. */
export function usageOf(namespace: Namespace): Usage {
  const proc = namespace.path('/proc');
  const pids = readdirSync(proc).filter((name) => /^\d+$/.test(name) && name !== '1');
  const all = pids.map((pid) => ({ cpuMs: cpuMs(`${proc}/${pid}`), pssMb: pssMb(`${proc}/${pid}`) }));
  return {
    cpuMs: all.reduce((sum, one) => sum + one.cpuMs, 0),
    pssMb: all.reduce((sum, one) => sum + one.pssMb, 0),
    aloneMb: aloneMb(pids.map((pid) => text(`${proc}/${pid}/smaps`))),
    processes: pids.length,
  };
}

/** The scheduler's nanoseconds of every thread that runs, and the clock ticks (10 ms) of children that ended. */
function cpuMs(folder: string): number {
  const threads = readdirSync(`${folder}/task`).map((thread) => text(`${folder}/task/${thread}/schedstat`));
  const own = threads.reduce((sum, line) => sum + Number(line.split(' ')[0]) / 1e6, 0);
  // After the name in parentheses, which may hold blanks: state is field 3, cutime and cstime are 16 and 17.
  const fields = text(`${folder}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  return own + (Number(fields[13]) + Number(fields[14])) * 10;
}

function pssMb(folder: string): number {
  return Number(/^Pss: +(\d+)/m.exec(text(`${folder}/smaps_rollup`))?.[1] ?? 0) / 1024;
}

/** Anonymous memory as the kernel divides it; of a file's mapping, shared by processes of the node, the largest one. */
function aloneMb(maps: readonly string[]): number {
  let anonymousKb = 0;
  const fileKb = new Map<string, number>();
  for (const mapping of maps.flatMap((map) => map.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m))) {
    const field = (name: string) => Number(new RegExp(`^${name}: +(\\d+)`, 'm').exec(mapping)?.[1] ?? 0);
    const [, , offset = '', device = '', inode = ''] = mapping.split('\n', 1)[0]?.split(/ +/) ?? [];
    if (inode === '0') {
      anonymousKb += field('Pss');
      continue;
    }
    // What was written to in a private mapping is the process's own.
    anonymousKb += field('Anonymous');
    const file = `${device} ${inode} ${offset}`;
    fileKb.set(file, Math.max(fileKb.get(file) ?? 0, field('Rss') - field('Anonymous')));
  }
  return [...fileKb.values()].reduce((sum, kb) => sum + kb, anonymousKb) / 1024;
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process (or thread) ended while it was looked at: it costs nothing any more.
    return '0';
  }
}
