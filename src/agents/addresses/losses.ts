/**
 * Notices that something else has taken an address away which this node holds. The kernel tells of every deletion at once;
 * what it tells of is then compared with what is there, so an old word, or one of our own deletions, is never taken for
 * a loss.
 */
import { readFile } from 'node:fs/promises';
import { type ListedAddress, listAddresses } from '../../io/kernel/address-list.js';
import { interfaceState } from '../../io/kernel/interface.js';
import type { AddressGone } from '../../io/kernel/route-notices.js';
import type { KernelNews } from '../../io/kernel-news.js';
import type { Logger } from '../../io/seams.js';
import { sleep } from '../../io/sleep.js';
import type { Held, Holding } from './held.js';

/** Between two looks while addresses vanish one after the other: so that they are put back together. */
const gapMs = 5;
const retryMs = 1000;

export interface LossesOptions {
  readonly log: Logger;
  readonly news: KernelNews;
  readonly held: Held;
  /** Resources (by name) are lost; `text` says how. */
  readonly onLost: (resources: readonly string[], text: string) => void;
  /** Default: asks the kernel. */
  readonly list?: () => Promise<readonly ListedAddress[]>;
}

export class Losses {
  readonly #options: LossesOptions;
  readonly #list: () => Promise<readonly ListedAddress[]>;
  /** Addresses the kernel told of, and who deleted them, in words; '' = nobody known. */
  readonly #suspects = new Map<string, Promise<string>>();
  readonly #unsubscribe: () => void;
  #changes = 0;
  #isLooking = false;
  #closed = false;

  constructor(options: LossesOptions) {
    this.#options = options;
    this.#list = options.list ?? listAddresses;
    this.#unsubscribe = options.news.subscribe({
      onAddressGone: (gone) => this.#onGone(gone),
      onMissed: () => this.#suspectAll(),
    });
  }

  /** Performs changes of addresses. What is deleted while its start is not done yet is looked at afterwards. */
  async during(change: () => Promise<void>): Promise<void> {
    this.#changes += 1;
    await change();
    this.#changes -= 1;
    void this.#look();
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
  }

  #onGone(gone: AddressGone): void {
    if (this.#changes === 0 && this.#options.held.get(gone.address) === undefined) return;
    this.#suspects.set(gone.address, nameOf(gone.process));
    void this.#look();
  }

  #suspectAll(): void {
    for (const { address } of this.#options.held.all()) this.#suspects.set(address, Promise.resolve(''));
    void this.#look();
  }

  /** Compares what is suspected with what is there, until nothing is suspected any more. */
  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    for (let asked = this.#take(); asked.size > 0 && !this.#closed; asked = this.#take()) {
      try {
        const missing = this.#options.held.missing([...asked.keys()], await this.#list());
        for (const one of missing) this.#options.held.lose(one);
        if (missing.length > 0) await this.#tell(missing, asked);
        await sleep(gapMs);
      } catch (error) {
        this.#options.log.log('warn', (error as Error).message, 'losses');
        for (const [{ address }, who] of asked) if (!this.#suspects.has(address)) this.#suspects.set(address, who);
        await sleep(retryMs);
      }
    }
    this.#isLooking = false;
  }

  /** What is suspected and held. What is not held may become so while a change is not done; else nobody misses it. */
  #take(): Map<Holding, Promise<string>> {
    const asked = new Map<Holding, Promise<string>>();
    for (const [address, who] of this.#suspects) {
      const holding = this.#options.held.get(address);
      if (holding !== undefined) asked.set(holding, who);
      if (holding !== undefined || this.#changes === 0) this.#suspects.delete(address);
    }
    return asked;
  }

  async #tell(missing: readonly Holding[], asked: ReadonlyMap<Holding, Promise<string>>): Promise<void> {
    const byText = new Map<string, string[]>();
    for (const one of missing) {
      const text = describe(one.device, (await asked.get(one)) ?? '');
      byText.set(text, [...(byText.get(text) ?? []), one.resource]);
    }
    if (!this.#closed) for (const [text, resources] of byText) this.#options.onLost(resources, text);
  }
}

function describe(device: string, who: string): string {
  if (interfaceState(device) === null) return `gone with interface ${device}`;
  return `deleted from ${device} by something else${who === '' ? '' : ` (${who})`}`;
}

/** A process in words, as far as it can still be asked for its name. */
async function nameOf(process: number): Promise<string> {
  if (process === 0) return '';
  try {
    return `process ${process}, ${(await readFile(`/proc/${process}/comm`, 'utf8')).trim()}`;
  } catch {
    // It has done what it was started for.
    return `process ${process}, which has ended`;
  }
}
