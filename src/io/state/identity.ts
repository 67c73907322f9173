/** Who this node is on the wire, kept in Heartbeat's own formats: hb_generation and hb_uuid (heartbeat-protocol, 4.1 and 4.2). */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../seams.js';
import { writeDurably } from './durable-file.js';

const largestGeneration = 0xffff_fffe;
/** Length of a uuid in its file. */
export const uuidBytes = 16;

async function read(path: string, log: Logger): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') log.log('warn', `${path} cannot be read and is made anew: ${message}`);
    return null;
  }
}

/** The number in an hb_generation file's text, or null. */
export function parseGeneration(text: string): number | null {
  if (!/^\s*\d{1,10}\s*$/.test(text)) return null;
  const generation = Number(text);
  return generation > 0 && generation <= largestGeneration ? generation : null;
}

/** The text of an hb_generation file: 15 columns, right-aligned, and a newline. */
export function formatGeneration(generation: number): string {
  return `${String(generation).padStart(15)}\n`;
}

export interface GenerationOptions {
  readonly method: 'file' | 'time';
  readonly nowSeconds: number;
  /** The highest generation of this node that others were heard to know; 0 = none. */
  readonly known: number;
  readonly log: Logger;
}

/**
 * This start's generation: one more than the last, more than any the others know, and not less than the time, so that peers take us
 * for newer even when the file was lost. It is on disk before this resolves. `time` writes no file, as Heartbeat's hbgenmethod.
 */
export async function nextGeneration(stateDir: string, options: GenerationOptions): Promise<number> {
  const { known, log, method, nowSeconds } = options;
  const path = join(stateDir, 'hb_generation');
  const content = await read(path, log);
  const last = content === null ? 0 : parseGeneration(content.toString('latin1'));
  if (last === null) log.log('warn', `${path} holds no generation number; starting from the clock`);
  const generation = Math.max((last ?? 0) + 1, known + 1, nowSeconds);
  if (method === 'file') await writeDurably(path, formatGeneration(generation));
  return generation;
}

/** A uuid in its usual text form, 8-4-4-4-12 hexadecimal digits. */
export function formatUuid(uuid: Buffer): string {
  return uuid.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** A random uuid (RFC 9562, version 4). */
function freshUuid(): Buffer {
  const uuid = randomBytes(uuidBytes);
  uuid[6] = ((uuid[6] ?? 0) & 0x0f) | 0x40;
  uuid[8] = ((uuid[8] ?? 0) & 0x3f) | 0x80;
  return uuid;
}

/** The 16 bytes of this node's uuid as a latin1 string; made and kept at the first start. */
export async function loadUuid(stateDir: string, log: Logger): Promise<string> {
  const path = join(stateDir, 'hb_uuid');
  const content = await read(path, log);
  // All zeros count as "no uuid" on the wire.
  if (content?.length === uuidBytes && content.some((byte) => byte !== 0)) return content.toString('latin1');
  if (content !== null) log.log('warn', `${path} holds no uuid of ${uuidBytes} bytes; a new one is made`);
  const uuid = freshUuid();
  await writeDurably(path, uuid);
  return uuid.toString('latin1');
}
