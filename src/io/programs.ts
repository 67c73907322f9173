/** Whether the programs are there that this machine needs to do what the files ask of it: looked up before they are needed. */
import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';

/** Where the commands of root are, after the daemon's own PATH, which may lack them. */
export const rootCommands = '/usr/sbin:/sbin:/usr/bin:/bin';

/** As much of a script's first line as the kernel reads. */
const firstLineBytes = 256;

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    // Not there, or not to be executed: it cannot be run, whatever the reason.
    return false;
  }
}

/** Whether a program of this name is in one of the directories of `path` (separated by colons). */
export async function hasProgram(name: string, path: string): Promise<boolean> {
  for (const dir of path.split(':')) if (dir !== '' && (await isProgram(`${dir}/${name}`))) return true;
  return false;
}

/** The program that a script's first line asks for and that is not there; null when all is well, or it is no script that can be read. */
export async function missingInterpreter(script: string, path: string): Promise<string | null> {
  const words = await interpreterWords(script);
  const [interpreter] = words;
  if (interpreter === undefined) return null;
  if (!(await isProgram(interpreter))) return interpreter;
  if (!interpreter.endsWith('/env')) return null;
  // "#!/usr/bin/env -S NAME=VALUE program"
  const program = words.slice(1).find((word) => !word.startsWith('-') && !word.includes('='));
  if (program === undefined) return null;
  const found = program.includes('/') ? await isProgram(program) : await hasProgram(program, path);
  return found ? null : program;
}

async function interpreterWords(script: string): Promise<string[]> {
  const text = await firstBytes(script);
  const [, line] = /^#![ \t]*([^\n]*)/.exec(text) ?? [];
  return line === undefined ? [] : line.split(/[ \t\r]+/).filter((word) => word !== '');
}

async function firstBytes(path: string): Promise<string> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(firstLineBytes), 0, firstLineBytes, 0);
      return buffer.toString('latin1', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    // What may not be read may still be run, by root.
    return '';
  }
}
