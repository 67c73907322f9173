/**
 * The nodes that a cluster with autojoin knows beside those of ha.cf, in Heartbeat's own two files: hostcache, the nodes, and
 * delhostcache, those that were deleted and are not to come back by themselves. A line a node: name, uuid, weight, site.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mostNodes, nodeNameProblem } from '../../config/node.js';
import type { Hosts, KnownHost } from '../../events.js';
import { writeDurably } from './durable-file.js';
import { formatUuid, uuidBytes } from './identity.js';

export const hostCacheFiles = { known: 'hostcache', deleted: 'delhostcache' } as const;

const noUuid = '00000000-0000-0000-0000-000000000000';
/** What a node weighs that was never told otherwise. */
const usualWeight = 100;

/** The text of either file. */
export function formatHosts(hosts: readonly KnownHost[]): string {
  return hosts.map(({ name, uuid }) => `${name}\t${uuidText(uuid)}\t${usualWeight}\t\n`).join('');
}

function uuidText(uuid: string): string {
  return uuid === '' ? noUuid : formatUuid(Buffer.from(uuid, 'latin1'));
}

/** Reads either file's text; weight and site may be absent, as in Heartbeat 2. Null when a line is something else. */
export function parseHosts(text: string): KnownHost[] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > mostNodes) return null;
  const hosts = lines.map(parseHost);
  return hosts.every((host) => host !== null) ? hosts : null;
}

function parseHost(line: string): KnownHost | null {
  const [, word = '', text = ''] = /^([^\t]+)\t([0-9a-f-]{36})(?:\t[^\t]*){0,2}$/i.exec(line) ?? [];
  const name = word.toLowerCase();
  const uuid = Buffer.from(text.replaceAll('-', ''), 'hex');
  if (name === '' || nodeNameProblem(name) !== null || uuid.length !== uuidBytes) return null;
  return { name, uuid: text === noUuid ? '' : uuid.toString('latin1') };
}

/** What both files of a directory say; null where neither is there. Rejects with a plain sentence when one cannot be used. */
export async function readHosts(dir: string): Promise<Hosts | null> {
  const known = await readOne(join(dir, hostCacheFiles.known));
  const deleted = await readOne(join(dir, hostCacheFiles.deleted));
  return known === null && deleted === null ? null : { known: known ?? [], deleted: deleted ?? [] };
}

/** Replaces both files of a directory. Rejects with node's file errors. */
export async function writeHosts(dir: string, { known, deleted }: Hosts, mode = 0o600): Promise<void> {
  await writeDurably(join(dir, hostCacheFiles.known), formatHosts(known), mode);
  await writeDurably(join(dir, hostCacheFiles.deleted), formatHosts(deleted), mode);
}

async function readOne(path: string): Promise<KnownHost[] | null> {
  const text = await readFile(path, 'latin1').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new Error(`${path} cannot be read: ${error.message}`);
  });
  if (text === null) return null;
  const hosts = parseHosts(text);
  if (hosts === null) throw new Error(`${path} is damaged: a line is not "name, uuid, weight, site"`);
  return hosts;
}
