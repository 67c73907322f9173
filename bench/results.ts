/** Writes what a bench found as JSON to bench/results/, with what is needed to compare it later. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../bench/results/', import.meta.url));

/** Gives the path of the file written. */
export function writeResults(bench: string, results: unknown): string {
  mkdirSync(folder, { recursive: true });
  const now = new Date().toISOString();
  const path = `${folder}${bench}-${now.replaceAll(':', '-').replace(/\..*/, '')}.json`;
  const machine = {
    kernel: release(),
    node: process.version,
    cpus: cpus().length,
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryMb: Math.round(totalmem() / 2 ** 20),
  };
  writeFileSync(path, `${JSON.stringify({ bench, at: now, machine, results }, null, 2)}\n`);
  return path;
}
