/** `npm run bench -- idle`: what a node costs on which nothing happens. */
import { serviceAddresses } from '../test/lab/cluster-files.js';
import { missingForLab } from '../test/lab/lab.js';
import type { LabNode } from '../test/lab/node.js';
import type { Contestant } from './contestant.js';
import type { IdleOptions } from './options.js';
import { writeResults } from './results.js';
import { table } from './table.js';
import { usageOf } from './usage.js';

interface IdleCase {
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  readonly addresses: number;
  readonly groups: number;
  /** What is promised for ours. */
  readonly limits: { readonly cpuPercent: number; readonly pssMb: number };
}

const cases: readonly IdleCase[] = [
  { keepaliveMs: 1000, deadtimeMs: 5000, addresses: 10, groups: 10, limits: { cpuPercent: 0.3, pssMb: 60 } },
  { keepaliveMs: 100, deadtimeMs: 500, addresses: 10, groups: 10, limits: { cpuPercent: 1, pssMb: 60 } },
  { keepaliveMs: 100, deadtimeMs: 500, addresses: 1000, groups: 1, limits: { cpuPercent: 1, pssMb: 80 } },
];

interface NodeCost {
  /** Whether it holds the addresses. */
  readonly role: 'owner' | 'other';
  /** Of one core. */
  readonly cpuPercent: number;
  readonly pssMb: number;
  readonly aloneMb: number;
  readonly processes: number;
}

interface IdleResult extends IdleCase {
  readonly product: string;
  readonly nodes: readonly NodeCost[];
  readonly failure: string | null;
}

/** Gives the exit code: 0 when every promise was kept. */
export async function benchIdle(options: IdleOptions, contestants: readonly Contestant[]): Promise<number> {
  const missing = await missingForLab();
  if (missing !== null) {
    process.stderr.write(`bench: ${missing}\n`);
    return 1;
  }
  const results: IdleResult[] = [];
  for (const contestant of contestants) {
    const reason = await contestant.missing();
    if (reason !== null) process.stdout.write(`${contestant.name}: not measured: ${reason}\n`);
    else for (const one of cases) results.push(await measure(contestant, one, options));
  }
  process.stdout.write(`\n${report(results, options.seconds)}\n\nwritten to ${writeResults('idle', results)}\n`);
  return results.every(kept) ? 0 : 1;
}

async function measure(
  contestant: Contestant,
  one: IdleCase,
  { seconds, settleSeconds }: IdleOptions,
): Promise<IdleResult> {
  const { keepaliveMs, deadtimeMs, groups } = one;
  process.stdout.write(
    `${contestant.name}: ${groups} groups, ${one.addresses} addresses, keepalive ${keepaliveMs} ms ...\n`,
  );
  try {
    const timing = { keepaliveMs, deadtimeMs };
    const contest = await contestant.start({ timing, groups, addresses: serviceAddresses(one.addresses) });
    try {
      // V8 optimizes what runs often during the first minutes: that belongs to the start.
      await sleep(settleSeconds * 1000);
      const nodes = [contest.owner, contest.other];
      const before = nodes.map((node) => ({ at: performance.now(), ...usageOf(node.namespace) }));
      await sleep(seconds * 1000);
      const costs = nodes.map((node, index) => cost(node, index === 0 ? 'owner' : 'other', before[index]));
      return { product: contestant.name, ...one, nodes: costs, failure: null };
    } finally {
      await contest.lab.close();
    }
  } catch (error) {
    const [failure = ''] = (error as Error).message.split('\n');
    return { product: contestant.name, ...one, nodes: [], failure };
  }
}

function cost(node: LabNode, role: NodeCost['role'], before: { at: number; cpuMs: number } | undefined): NodeCost {
  const { cpuMs, ...memory } = usageOf(node.namespace);
  const elapsed = performance.now() - (before?.at ?? 0);
  return { role, cpuPercent: ((cpuMs - (before?.cpuMs ?? 0)) / elapsed) * 100, ...memory };
}

function kept({ product, nodes, limits, failure }: IdleResult): boolean {
  if (product !== 'systole') return true;
  return (
    failure === null && nodes.every((node) => node.cpuPercent <= limits.cpuPercent && node.aloneMb <= limits.pssMb)
  );
}

function report(results: readonly IdleResult[], seconds: number): string {
  const heading = [
    'product',
    'keepalive',
    'groups',
    'addresses',
    'node',
    '% of a core',
    'limit',
    'PSS MB',
    'alone MB',
    'limit',
    'processes',
    '',
  ];
  const rows = results.flatMap((result) => {
    const head = [result.product, `${result.keepaliveMs} ms`, String(result.groups), String(result.addresses)];
    if (result.failure !== null)
      return [[...head, '-', '-', '-', '-', '-', '-', '-', `not measured: ${result.failure}`]];
    const isOurs = result.product === 'systole';
    return result.nodes.map((node) => [
      ...head,
      node.role,
      node.cpuPercent.toFixed(2),
      isOurs ? String(result.limits.cpuPercent) : '-',
      node.pssMb.toFixed(1),
      node.aloneMb.toFixed(1),
      isOurs ? String(result.limits.pssMb) : '-',
      String(node.processes),
      isOurs ? (kept(result) ? 'kept' : 'MISSED') : '',
    ]);
  });
  return `Over ${seconds} s in which nothing happens, all processes of a node, children included:\n${table(heading, rows)}\n\nPSS: pages that the nodes of this machine share count in parts; alone: as on a machine of its own, which is what is judged.`;
}

function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
