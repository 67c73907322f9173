/**
 * Takes a node's identity from one directory to another: Heartbeat and systole keep it in the same two files, so that a node that
 * changes from one to the other stays the same node for its peers (heartbeat-protocol, 4.1 and 4.2). The generation never goes back.
 */
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hosts } from '../../events.js';
import { writeDurably } from './durable-file.js';
import { readHosts, writeHosts } from './host-cache.js';
import { formatGeneration, formatUuid, parseGeneration, uuidBytes } from './identity.js';

export interface TransferOptions {
  readonly from: string;
  readonly to: string;
  /** Whether `to` is made when missing; else that is refused. */
  readonly make: boolean;
  /** Permission bits of the files written. */
  readonly mode: number;
  /** Only tell what would be done. */
  readonly dryRun: boolean;
  /** A generation of the source's node that is known from elsewhere; a newer one than its file's counts. 0 = none. */
  readonly known: number;
}

async function readOptional(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new Error(`${path} cannot be read: ${message}`);
  }
}

/** Who a directory says its node is; null where it says nothing. `rubbish` names files that hold something else. */
interface Said {
  readonly uuid: Buffer | null;
  readonly generation: number | null;
  readonly rubbish: readonly string[];
}

async function said(dir: string): Promise<Said> {
  const uuid = await readOptional(join(dir, 'hb_uuid'));
  const text = await readOptional(join(dir, 'hb_generation'));
  const generation = text === null ? null : parseGeneration(text.toString('latin1'));
  const goodUuid = uuid !== null && uuid.length === uuidBytes && uuid.some((byte) => byte !== 0);
  const rubbish: string[] = [];
  if (uuid !== null && !goodUuid) rubbish.push(`${join(dir, 'hb_uuid')} does not hold a uuid of ${uuidBytes} bytes`);
  if (text !== null && generation === null) rubbish.push(`${join(dir, 'hb_generation')} does not hold a generation`);
  return { uuid: goodUuid ? uuid : null, generation, rubbish };
}

/** A daemon may have used a newer generation than that of its start. */
function newer(source: Said, known: number): Said {
  return known > (source.generation ?? 0) ? { ...source, generation: known } : source;
}

async function directory(path: string, make: boolean, dryRun: boolean): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new Error(`${path} cannot be looked at: ${error.message}`);
  });
  if (found?.isDirectory()) return;
  if (found !== null) throw new Error(`${path} is no directory`);
  if (!make) throw new Error(`there is no directory ${path}`);
  if (!dryRun) await mkdir(path, { recursive: true, mode: 0o750 });
}

/**
 * Does it, and gives a line for each thing done, or that there was nothing to do. Rejects with a plain sentence when the source has
 * no identity or a damaged one, and then nothing is changed.
 */
export async function transferIdentity(options: TransferOptions): Promise<string[]> {
  const { from, to, make, mode, dryRun, known } = options;
  const source = newer(await said(from), known);
  if (source.rubbish.length > 0) throw new Error(source.rubbish.join('; '));
  if (source.uuid === null && source.generation === null) {
    throw new Error(`there is neither hb_uuid nor hb_generation in ${from}: no identity to take over`);
  }
  await directory(to, make, dryRun);
  const target = await said(to);
  const hosts = await readHosts(from);
  const lines = [...generationLines(source, target, from), ...uuidLines(source, target, from), ...hostLines(hosts)];
  if (dryRun) return ['nothing is changed; without --dry-run:', ...lines];
  // The generation first: of the two it is the one that must not be lost.
  const generation = Math.max(source.generation ?? 0, target.generation ?? 0);
  try {
    if (source.generation !== null && generation !== target.generation) {
      await writeDurably(join(to, 'hb_generation'), formatGeneration(generation), mode);
    }
    const { uuid } = source;
    if (uuid !== null && target.uuid?.equals(uuid) !== true) await writeDurably(join(to, 'hb_uuid'), uuid, mode);
    if (hosts !== null) await writeHosts(to, hosts, mode);
  } catch (error) {
    throw new Error(`${to} cannot be written: ${(error as Error).message}`);
  }
  return lines;
}

/** Nothing is said of files that are not there: without autojoin there are none. */
function hostLines(hosts: Hosts | null): string[] {
  if (hosts === null) return [];
  const names = hosts.known.map(({ name }) => name).join(' ');
  return [`the nodes of hostcache are taken over: ${names || 'none'}; they count with autojoin only`];
}

function generationLines(source: Said, target: Said, from: string): string[] {
  if (source.generation === null) {
    return [`${from} has no hb_generation: the generation comes from the clock at the next start`];
  }
  if (target.generation === source.generation) return [`generation ${source.generation} was taken over before`];
  if (target.generation !== null && target.generation > source.generation) {
    return [`generation ${target.generation} is kept: it is newer than ${source.generation} of ${from}`];
  }
  const instead = target.generation === null ? '' : `, instead of ${target.generation}`;
  return [`generation ${source.generation} is taken over${instead}: the next start uses a larger one`];
}

function uuidLines(source: Said, target: Said, from: string): string[] {
  if (source.uuid === null) return [`${from} has no hb_uuid: the node keeps or makes its own`];
  const uuid = formatUuid(source.uuid);
  if (target.uuid === null) return [`uuid ${uuid} is taken over`];
  if (target.uuid.equals(source.uuid)) return [`uuid ${uuid} was taken over before`];
  return [`uuid ${uuid} is taken over, instead of ${formatUuid(target.uuid)}`];
}
