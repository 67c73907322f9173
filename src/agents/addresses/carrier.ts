/** Tells when an interface cannot serve the addresses on it: its carrier is gone, or it was switched off. */
import { interfaceState } from '../../io/kernel/interface.js';
import type { KernelNews } from '../../io/kernel-news.js';
import type { Logger } from '../../io/seams.js';
import type { Held } from './held.js';

interface LinkState {
  readonly there: boolean;
  readonly up: boolean;
  readonly running: boolean;
}

export interface CarrierOptions {
  readonly log: Logger;
  readonly news: KernelNews;
  readonly held: Held;
}

export class Carrier {
  readonly #options: CarrierOptions;
  readonly #unsubscribe: () => void;
  /** What is wrong with interfaces that have addresses of ours; null = nothing. */
  readonly #wrong = new Map<string, string | null>();

  constructor(options: CarrierOptions) {
    this.#options = options;
    this.#unsubscribe = options.news.subscribe({
      onLink: ({ device, ...state }) => {
        if (options.held.isOn(device)) this.#note(device, state);
      },
      onMissed: () => this.look(this.#wrong.keys()),
    });
  }

  /** Addresses have come to interfaces, which may be wrong already. */
  look(devices: Iterable<string>): void {
    for (const device of new Set(devices)) {
      const state = interfaceState(device);
      this.#note(device, state === null ? { there: false, up: false, running: false } : { there: true, ...state });
    }
  }

  /** One sentence for each interface that cannot serve what it has. */
  problems(): string[] {
    return [...this.#wrong].flatMap(([device, what]) =>
      what === null || !this.#options.held.isOn(device) ? [] : [sentence(device, what)],
    );
  }

  close(): void {
    this.#unsubscribe();
  }

  #note(device: string, state: LinkState): void {
    const before = this.#wrong.get(device) ?? null;
    const what = wrongWith(state);
    this.#wrong.set(device, what);
    if (before === what) return;
    const { log } = this.#options;
    // A cable that is loose comes and goes.
    if (what === null) log.log('notice', `interface ${device} is back`, `carrier ${device} back`);
    else log.log('error', sentence(device, what), `carrier ${device}`);
  }
}

function wrongWith({ there, up, running }: LinkState): string | null {
  if (!there) return 'is gone';
  if (!up) return 'is switched off';
  return running ? null : 'has no carrier';
}

function sentence(device: string, what: string): string {
  return `interface ${device} ${what}: the addresses of this node on it do not answer`;
}
