/** `npm run test:interop`: plays the interop matrix, or the part that is asked for, and prints what came of every step. */
import { parseArgs } from 'node:util';
import { table } from '../../bench/table.js';
import { missingForLab } from '../lab/lab.js';
import { type Cell, cellName, cellsNamed } from './cell.js';
import { playCell, type Result } from './play-cell.js';
import { everywhere, isThorough, type Scenario, scenarios } from './scenarios.js';

const usage = `npm run test:interop -- [--cell PATTERN]... [--step NAME[,NAME]...] [--jobs 2] [--loss-seconds 60] [--logs]
  PATTERN is like systole+heartbeat/ucast/sha1/on: products on a and b, medium, digest, auto_failback; * is anything,
  missing parts at the end are anything, words with commas are alternatives, mixed is both mixed pairs.
  Without --cell: every mixed cell. Without --step: everything in the cells with ucast and sha1, the most important in the others;
  with --cell everything.`;

interface Asked {
  readonly cells: readonly Cell[];
  readonly scenariosOf: (cell: Cell) => readonly Scenario[];
  readonly jobs: number;
  readonly withLogs: boolean;
}

function read(argv: readonly string[]): Asked | null {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      cell: { type: 'string', multiple: true },
      step: { type: 'string', multiple: true },
      jobs: { type: 'string', default: '2' },
      'loss-seconds': { type: 'string', default: '60' },
      logs: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const all = scenarios({ lossMs: Number(values['loss-seconds']) * 1000, cutMs: 10_000 });
  const steps = values.step?.flatMap((list) => list.split(','));
  const unknown = steps?.find((name) => !all.some((scenario) => scenario.name === name));
  if (unknown !== undefined)
    throw new Error(`no step is named "${unknown}"; there are ${all.map(({ name }) => name).join(', ')}`);
  const patterns = values.cell ?? ['mixed'];
  return {
    cells: [...new Set(patterns.flatMap((pattern) => cellsNamed(pattern)))],
    scenariosOf: (cell) => {
      if (steps !== undefined) return all.filter(({ name }) => steps.includes(name));
      return values.cell !== undefined || isThorough(cell) ? all : all.filter(({ name }) => everywhere.has(name));
    },
    jobs: Math.max(1, Number(values.jobs) || 1),
    withLogs: values.logs,
  };
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const ms = (value: number) => (Number.isFinite(value) ? value.toFixed(0) : 'never');

function row({ cell, scenario, what, silenceMs, restMs, moves, overlapMs, complaints, error }: Result): string[] {
  const figures = [ms(silenceMs), ms(restMs), String(moves), ms(overlapMs), String(complaints.length)];
  return [`${cellName(cell)} ${scenario}: ${what}`, ...figures, error === null ? 'ok' : 'FAILED'];
}

const heading = ['step', 'silence ms', 'rest ms', 'moves', 'two owners ms', 'complaints', 'result'];

async function playAll(asked: Asked): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = [...asked.cells];
  const work = async () => {
    for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
      results.push(...(await playOne(cell, asked)));
    }
  };
  await Promise.all(Array.from({ length: asked.jobs }, work));
  return results;
}

function playOne(cell: Cell, { scenariosOf, withLogs }: Asked): Promise<Result[]> {
  const sensible = scenariosOf(cell).filter((scenario) => {
    const reason = scenario.senseless?.(cell) ?? null;
    if (reason !== null) say(`${cellName(cell)} ${scenario.name}: left out: ${reason}`);
    return reason === null;
  });
  return playCell(cell, sensible, {
    onResult: (result) => {
      say(row(result).join('  '));
      if (result.error !== null) say(`    ${result.error}`);
      const lines = result.error !== null || withLogs ? result.logs : result.complaints;
      for (const line of lines) say(`    ${line}`);
    },
  });
}

async function main(argv: readonly string[]): Promise<number> {
  const asked = read(argv);
  if (asked === null) {
    say(usage);
    return 0;
  }
  const missing = await missingForLab();
  if (missing !== null) throw new Error(missing);
  const results = await playAll(asked);
  say(`\n${table(heading, results.map(row))}`);
  const failed = results.filter(({ error }) => error !== null);
  say(`\n${results.length} steps, ${failed.length} failed`);
  return failed.length > 0 || results.length === 0 ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`interop: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
