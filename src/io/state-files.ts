/** What a node keeps on disk: its identity, read at the start, and its saved state, written as it changes. */
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hosts, SavedState } from '../events.js';
import type { Logger } from './seams.js';
import { writeDurably } from './state/durable-file.js';
import { holdState } from './state/holder.js';
import { hostCacheFiles, readHosts, writeHosts } from './state/host-cache.js';
import { loadUuid, nextGeneration } from './state/identity.js';
import { emptyState, formatState, parseState } from './state/saved-state.js';

export interface Identity {
  /** Of this start; durable. */
  readonly generation: number;
  /** 16 bytes as a latin1 string. */
  readonly uuid: string;
  readonly saved: SavedState;
}

export interface IdentityOptions {
  readonly method: 'file' | 'time';
  /** Wall-clock time in seconds since 1970. */
  readonly nowSeconds: number;
  /** Name of this node. */
  readonly self: string;
  readonly log: Logger;
  /** Whether nodes join by themselves, so that those met before count. */
  readonly autojoin?: boolean;
}

const stateFile = (stateDir: string): string => join(stateDir, 'state.json');

/** Saved state that cannot be read is moved aside, not overwritten: it holds an operator's standing orders. */
async function loadSaved(stateDir: string, log: Logger): Promise<SavedState> {
  const path = stateFile(stateDir);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return emptyState;
    throw error;
  }
  const parsed = parseState(text);
  if ('saved' in parsed) return parsed.saved;
  await rename(path, `${path}.bad`);
  log.log('error', `${path} cannot be used (${parsed.reason}) and is now ${path}.bad: standing orders are forgotten`);
  return emptyState;
}

/** Hosts that cannot be read are moved aside: the nodes come again by themselves. */
async function loadHosts(stateDir: string, log: Logger): Promise<Hosts | null> {
  try {
    return await readHosts(stateDir);
  } catch (error) {
    for (const name of Object.values(hostCacheFiles)) {
      // One of the two need not be there.
      await rename(join(stateDir, name), join(stateDir, `${name}.bad`)).catch(() => {});
    }
    const aside = `${hostCacheFiles.known}.bad and ${hostCacheFiles.deleted}.bad`;
    log.log('error', `${(error as Error).message}: the files are now ${aside}; the nodes met before are forgotten`);
    return null;
  }
}

/** The newest generation of node `self` in the saved state; 0 when there is none. Changes nothing. */
export async function savedGeneration(stateDir: string, self: string): Promise<number> {
  // Without a file, or with a damaged one, nothing is known; the daemon tells of that at its start.
  const parsed = parseState(await readFile(stateFile(stateDir), 'utf8').catch(() => ''));
  return 'saved' in parsed ? (parsed.saved.generations[self] ?? 0) : 0;
}

/**
 * Reads (and makes, where missing) what this node needs before it may send its first packet. The directory is made when
 * missing (mode 0750), and held by this process from then on. Rejects with a plain sentence when another daemon has it, or when the
 * generation cannot be made durable: without that, peers may take us for a replay.
 */
export async function loadIdentity(stateDir: string, options: IdentityOptions): Promise<Identity> {
  try {
    await mkdir(stateDir, { recursive: true, mode: 0o750 });
    await holdState(stateDir);
    const saved = await loadSaved(stateDir, options.log);
    const known = saved.generations[options.self] ?? 0;
    const generation = await nextGeneration(stateDir, { ...options, known });
    const uuid = await loadUuid(stateDir, options.log);
    const hosts = options.autojoin === true ? await loadHosts(stateDir, options.log) : null;
    return { generation, uuid, saved: hosts === null ? saved : { ...saved, hosts } };
  } catch (error) {
    throw new Error(`cannot use the state directory ${stateDir}: ${(error as Error).message}`);
  }
}

export interface StateWriter {
  /** Takes what is to be kept; returns at once. Of several in a row only the last is written. */
  save(saved: SavedState): void;
  /** Resolves once everything taken is on disk, or an attempt to write it has failed. Never rejects. */
  flush(): Promise<void>;
}

const retryMs = 5000;

/** Writes saved states one after the other, never two at once. A failure is logged and tried again every five seconds. */
export function createStateWriter(stateDir: string, log: Logger): StateWriter {
  const path = stateFile(stateDir);
  let wanted: SavedState | null = null;
  let work: Promise<void> | null = null;
  let retry: NodeJS.Timeout | null = null;
  let failing = false;

  const failed = (saved: SavedState, error: Error): void => {
    failing = true;
    wanted ??= saved;
    log.log('error', `${path} cannot be written: ${error.message}`, 'state file');
    retry = setTimeout(() => {
      retry = null;
      begin();
    }, retryMs);
    retry.unref();
  };

  const writeAll = async (): Promise<void> => {
    while (wanted !== null && retry === null) {
      const saved: SavedState = wanted;
      wanted = null;
      try {
        await writeDurably(path, formatState(saved));
        if (saved.hosts !== undefined) await writeHosts(stateDir, saved.hosts);
        if (failing) log.log('info', `${path} can be written again.`);
        failing = false;
      } catch (error) {
        failed(saved, error as Error);
      }
    }
  };

  const begin = (): Promise<void> => {
    work ??= writeAll().finally(() => {
      work = null;
    });
    return work;
  };

  return {
    save(saved) {
      wanted = saved;
      void begin();
    },
    flush() {
      // A pause after a failure is cut short: this may be the last chance.
      if (retry !== null) clearTimeout(retry);
      retry = null;
      return wanted === null && work === null ? Promise.resolve() : begin();
    },
  };
}
