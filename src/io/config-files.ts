/** Reads the four configuration files, and what their parsers must know of this machine. */
import { constants, type Dirent } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { builtinAgents } from '../config/resource-word.js';
import type { ConfigFiles, FileText, HostFacts } from '../config/types.js';
import { readAccounts } from './accounts.js';
import { listEnabledUnits, listOcfAgents, listOcfInstances, listUnits } from './agents/listing.js';
import { hasProgram, missingInterpreter, rootCommands } from './programs.js';
import { listRcScripts } from './scripts/listing.js';

/** Far above any configuration, and far below what would hurt. */
const largestFileBytes = 16 * 1024 * 1024;

/** Reads ha.cf, authkeys, haresources and resources.ini below `dir`. What cannot be read says so in its place. */
export async function readConfigFiles(dir: string): Promise<ConfigFiles> {
  const [haCf, authkeys, haresources, resourcesIni] = await Promise.all([
    readText(`${dir}/ha.cf`),
    readText(`${dir}/authkeys`),
    readText(`${dir}/haresources`),
    readText(`${dir}/resources.ini`),
  ]);
  return { haCf, authkeys, haresources, resourcesIni };
}

async function readText(path: string): Promise<FileText> {
  try {
    // Without O_NONBLOCK a FIFO in the place of a file would hold the daemon for ever.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { mode, size } = await file.stat();
      const regular = (mode & constants.S_IFMT) === constants.S_IFREG;
      if (size > largestFileBytes) return { path, missing: 'it is larger than 16 MB', unreadable: true };
      // A device or a FIFO is not read; the parsers complain about `regular`.
      const text = regular ? await file.readFile('utf8') : '';
      return { path, text, mode: mode & 0o7777, regular };
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = codeOf(error);
    return { path, missing: reasonOf(code), unreadable: code !== 'ENOENT' };
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error);

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'part of the path is not a directory',
  ELOOP: 'too many symbolic links',
};

const reasonOf = (code: string): string => reasons[code] ?? code;

/**
 * What the parsers must know of this machine. The node's name is `nodeName`, or the word in the file nodeinfo, or the
 * host name; agents are the executables of `haDir`/resource.d, then of /etc/init.d, and OCF's.
 */
export async function readHostFacts({ nodeName, haDir }: { nodeName?: string; haDir: string }): Promise<HostFacts> {
  const notExecutable = new Set<string>();
  const [ocfAgents, ocfInstances, units, enabledUnits] = await Promise.all([
    listOcfAgents(),
    listOcfInstances(`${haDir}/conf/OCF`, readText),
    listUnits(),
    listEnabledUnits(),
  ]);
  const [name, interfaces, ours, lsb, haClusterPort, accounts, scripts] = await Promise.all([
    nodeName ?? readNodeinfo(haDir),
    readInterfaces(),
    readAgents(`${haDir}/resource.d`, notExecutable),
    readAgents('/etc/init.d', notExecutable),
    readHaClusterPort(),
    readAccounts(),
    listRcScripts(haDir),
  ]);
  const found = new Map([...lsb, ...ours].map(([agent, path]) => [agent, { path }]));
  const inClass = (agent: string, kind: 'heartbeat' | 'lsb') => {
    const path = (kind === 'lsb' ? lsb : ours).get(agent);
    return path === undefined ? null : { path, class: kind };
  };
  const searchPath = `${process.env.PATH ?? ''}:${rootCommands}`;
  return {
    nodeName: name.toLowerCase(),
    interfaces,
    haClusterPort,
    users: new Set(accounts.users.keys()),
    groups: new Set(accounts.groups.keys()),
    scripts: scripts.own,
    agentNames: [...new Set([...found.keys(), ...builtinAgents])].sort(),
    notExecutable,
    missingInterpreters: await missingOf(found, searchPath),
    lacksIp: !(await hasProgram('ip', searchPath)),
    ocfAgents,
    ocfInstances,
    units,
    enabledUnits,
    findAgent: (agent, only) =>
      only === undefined ? (inClass(agent, 'heartbeat') ?? inClass(agent, 'lsb')) : inClass(agent, only),
  };
}

/** A file that need not be there: its absence, or that it cannot be read, is the same as an empty one. */
async function readOptional(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // What these files say is an addition to a default; without them the default holds.
    return '';
  }
}

async function readNodeinfo(haDir: string): Promise<string> {
  const [word] = (await readOptional(`${haDir}/nodeinfo`)).trim().split(/\s+/);
  return word || hostname();
}

/** From /proc/self/net, which shows the own network namespace even where /sys belongs to another one. */
async function readInterfaces(): Promise<string[]> {
  const lines = (await readOptional('/proc/self/net/dev')).split('\n').slice(2);
  return lines.flatMap((line) => /^\s*(.+?):\s/.exec(`${line} `)?.[1] ?? []);
}

async function readHaClusterPort(): Promise<number | null> {
  const line = /^ha-cluster\s+(\d+)\/udp\b/m.exec(await readOptional('/etc/services'));
  return line ? Number(line[1]) : null;
}

/** Name to path of every regular executable file of a directory; symbolic links count as what they point at. Adds the others to `notExecutable`. */
async function readAgents(dir: string, notExecutable: Set<string>): Promise<Map<string, string>> {
  const agents = new Map<string, string>();
  const entries = await listOf(dir);
  await Promise.all(
    entries.map(async ({ name }) => {
      const path = `${dir}/${name}`;
      // A link that points nowhere is no agent, just as a file that is not executable.
      const info = await stat(path).catch(() => null);
      if (!info?.isFile()) return;
      if ((info.mode & 0o111) !== 0) agents.set(name, path);
      else notExecutable.add(name);
    }),
  );
  return agents;
}

async function missingOf(agents: ReadonlyMap<string, { path: string }>, path: string): Promise<Map<string, string>> {
  const all = [...agents].map(
    async ([agent, { path: script }]) => [agent, await missingInterpreter(script, path)] as const,
  );
  return new Map((await Promise.all(all)).flatMap(([agent, lacking]) => (lacking === null ? [] : [[agent, lacking]])));
}

async function listOf(dir: string): Promise<Dirent[]> {
  try {
    return await readdir(dir, { withFileTypes: true });
  } catch {
    // A directory that is not there holds no agents; haresources' parser then says which one is missing.
    return [];
  }
}
