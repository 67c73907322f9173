/** What there is on this machine to run resources by: OCF agents, their instances beside ha.cf, and systemd's units. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import type { FileText, OcfAgent } from '../../config/types.js';

/** Where OCF agents are, a directory for each provider. */
export const ocfAgentDir = '/usr/lib/ocf/resource.d';

/** Where systemd looks for units. */
const unitDirs = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/run/systemd/transient',
  '/run/systemd/generator.early',
  '/run/systemd/generator',
  '/run/systemd/generator.late',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

/** What is not there, or cannot be read, holds nothing: whoever names something of it is told that it is missing. */
const listOf = (dir: string): Promise<Dirent[]> => readdir(dir, { withFileTypes: true }).catch(() => []);

const sortedNames = (entries: readonly Dirent[]): string[] => entries.map(({ name }) => name).sort();

/** The agents of every provider, those of `heartbeat` first, the others by name: the order in which a type is looked up. */
export async function listOcfAgents(dir: string = ocfAgentDir): Promise<OcfAgent[]> {
  const providers = sortedNames(await listOf(dir)).filter((name) => !name.startsWith('.'));
  const order = [
    ...providers.filter((name) => name === 'heartbeat'),
    ...providers.filter((name) => name !== 'heartbeat'),
  ];
  return (await Promise.all(order.map((provider) => listProvider(dir, provider)))).flat();
}

async function listProvider(dir: string, provider: string): Promise<OcfAgent[]> {
  const names = sortedNames(await listOf(`${dir}/${provider}`)).filter((name) => !name.startsWith('.'));
  const agents = names.map(async (type): Promise<OcfAgent[]> => {
    const path = `${dir}/${provider}/${type}`;
    // A link that points nowhere is no agent.
    const info = await stat(path).catch(() => null);
    return info?.isFile() ? [{ provider, type, path, executable: (info.mode & 0o111) !== 0 }] : [];
  });
  return (await Promise.all(agents)).flat();
}

/** The files `TYPE/INSTANCE` below `dir`, read by `read`. */
export async function listOcfInstances(
  dir: string,
  read: (path: string) => Promise<FileText>,
): Promise<Map<string, FileText>> {
  const types = (await listOf(dir)).filter((entry) => entry.isDirectory());
  const names = await Promise.all(
    types.map(async ({ name }) => sortedNames(await listOf(`${dir}/${name}`)).map((instance) => `${name}/${instance}`)),
  );
  const files = names.flat().map(async (name) => [name, await read(`${dir}/${name}`)] as const);
  return new Map(await Promise.all(files));
}

/** Names of all unit files and of init scripts, which systemd makes units of. */
export async function listUnits(dirs: readonly string[] = unitDirs): Promise<Set<string>> {
  const lists = await Promise.all([...dirs.map(listOf), listOf('/etc/init.d')]);
  const scripts = (lists.pop() ?? []).map(({ name }) => `${name}.service`);
  return new Set([...lists.flatMap(sortedNames), ...scripts]);
}

/** Names of the units that others want or require at boot: what `systemctl enable` links. */
export async function listEnabledUnits(dir = '/etc/systemd/system'): Promise<Set<string>> {
  const wanting = (await listOf(dir)).filter(({ name }) => /\.(wants|requires)$/.test(name));
  const lists = await Promise.all(wanting.map(({ name }) => listOf(`${dir}/${name}`)));
  return new Set(lists.flatMap(sortedNames));
}
