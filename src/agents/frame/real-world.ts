/** The machine itself. */
import { spawn } from 'node:child_process';
import { mkdir, open, readdir, readFile, rename, rm, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasProgram, rootCommands } from '../../io/programs.js';
import { sleep } from '../../io/sleep.js';
import { runProgram } from './programs.js';
import type { World } from './world.js';

/** Where agents of the resource-agents package keep theirs, too. */
const standardStateDir = '/run/resource-agents';

const words = { info: 'INFO', warn: 'WARNING', error: 'ERROR' } as const;

export function realWorld(environment: World['environment']): World {
  return {
    environment,
    stateDir: environment.HA_RSCTMP || standardStateDir,
    run: (argv, options) => runProgram(argv, options),
    leaveRunning,
    signal,
    hasProgram: async (name) => hasProgram(name.replace(/^.*\//, ''), directories(name, environment.PATH)),
    read: readText,
    list,
    write: (path, text) => plainly(`cannot write ${path}`, writeInto(path, text)),
    replace: (path, text) => plainly(`cannot write ${path}`, replace(path, text)),
    remove: (path) => plainly(`cannot remove ${path}`, rm(path, { force: true })),
    sleep,
    now: () => performance.now(),
    say: (level, text) => void process.stderr.write(`${words[level]}: ${text}\n`),
  };
}

function directories(name: string, path = ''): string {
  return name.includes('/') ? dirname(name) : `${path}:${rootCommands}`;
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`cannot read ${path}: ${reason(error as NodeJS.ErrnoException)}`);
  }
}

async function list(folder: string): Promise<string[] | null> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new Error(`cannot read ${folder}: ${reason(error as NodeJS.ErrnoException)}`);
  }
}

/** Without making or cutting the file. */
async function writeInto(path: string, text: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.write(text);
  } finally {
    await file.close();
  }
}

async function replace(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  // Not through a link that somebody may have put there.
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
  await rename(temporary, path).catch(async (error: Error) => {
    await unlink(temporary);
    throw error;
  });
}

async function plainly(what: string, doing: Promise<void>): Promise<void> {
  try {
    await doing;
  } catch (error) {
    throw new Error(`${what}: ${reason(error as NodeJS.ErrnoException)}`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  EINVAL: 'the kernel does not take this value',
  ENOSPC: 'there is no space left',
  EEXIST: 'something else is there',
};

const reason = ({ code, message }: NodeJS.ErrnoException): string => reasons[code ?? ''] ?? message;

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

function leaveRunning([command, ...args]: readonly [string, ...string[]]): Promise<number> {
  const child = spawn(command, args, { detached: true, stdio: 'ignore', cwd: '/' });
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`cannot start ${command}: ${error.message}`)));
    child.once('spawn', () => {
      child.unref();
      // A child that was spawned has a number.
      resolve(child.pid as number);
    });
  });
}
