/** What the media tests need: a peer in another process and network, and media with everything they tell. */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import type { MediumConfig } from '../../../src/config/types.js';
import { openMedia } from '../../../src/io/media/table.js';
import type { FromPeer, ToPeer } from './peer.js';

/** A peer process in a namespace of its own, to which `v1` is moved. */
export class Peer {
  readonly seen: FromPeer[] = [];
  readonly #process: ChildProcess;

  constructor() {
    const options = { execPath: 'unshare', execArgv: ['--net', process.execPath] };
    this.#process = fork(new URL('./peer.js', import.meta.url).pathname, options);
    this.#process.on('message', (message: FromPeer) => this.seen.push(message));
  }

  tell(message: ToPeer): void {
    this.#process.send(message);
  }

  /** Runs `ip` there; gives what it wrote. */
  ip(words: string): string {
    return execFileSync('nsenter', [`--net=/proc/${this.pid}/ns/net`, 'ip', ...words.split(' ')], {
      encoding: 'utf8',
    });
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  packets(medium: string): string[] {
    return this.seen.flatMap((event) => (event.saw === 'packet' && event.medium === medium ? [event.text] : []));
  }

  isOpen(medium: string): boolean {
    return this.seen.some((event) => event.saw === 'state' && event.medium === medium && event.state === 'open');
  }

  end(): void {
    this.#process.disconnect();
  }
}

/** Media with everything they tell. */
export function open(configs: readonly MediumConfig[]) {
  const packets: string[] = [];
  const states: string[] = [];
  let inside = true;
  const media = openMedia(configs, (config) => ({
    onPacket: (bytes) => packets.push(`${config.type} ${Buffer.from(bytes)}`),
    onState: (state, text) => {
      if (inside) throw new Error('told from inside open');
      states.push(`${state}: ${text}`);
    },
  }));
  inside = false;
  const isOpen = () => states.filter((text) => text.startsWith('open')).length >= configs.length;
  return { media, packets, states, isOpen, close: () => media.forEach((medium) => void medium.close()) };
}
