/** Keeps an ear on the kernel for whoever wants to know what happens to interfaces and addresses. */
import type { AddressGone, LinkChange } from './kernel/route-notices.js';
import { openRouteSocket, type RouteSocketHandlers } from './kernel/route-socket.js';
import type { Logger } from './seams.js';

const retryMaxMs = 30_000;

/** Who wants to know. Called from the event loop, never from inside `subscribe`. */
export interface NewsReader {
  readonly onAddressGone?: (gone: AddressGone) => void;
  readonly onLink?: (change: LinkChange) => void;
  /** Some news may have been missed: look for yourself. Also when the ear is open again. */
  readonly onMissed?: () => void;
}

export interface KernelNews {
  /** From now on; gives a function that ends it. The first reader opens the ear. */
  subscribe(reader: NewsReader): () => void;
  /** Why no news come, in plain words: one sentence or none. */
  problems(): string[];
  close(): void;
}

export interface KernelNewsOptions {
  readonly log: Logger;
  /** How to listen; default: at the kernel. */
  readonly open?: (handlers: RouteSocketHandlers) => { close(): void };
  /** How long after a failure it is tried again: at first so long (default 1000), then ever longer, up to 30 s. */
  readonly retryMs?: number;
}

export function createKernelNews({ log, open = openRouteSocket, retryMs = 1000 }: KernelNewsOptions): KernelNews {
  const readers = new Set<NewsReader>();
  let socket: { close(): void } | null = null;
  let timer: NodeJS.Timeout | undefined;
  let waitMs = retryMs;
  let trouble: string | null = null;
  let closed = false;

  const missed = (): void => {
    for (const { onMissed } of readers) onMissed?.();
  };
  const handlers: RouteSocketHandlers = {
    onNotice(notice) {
      if (notice.kind === 'address') for (const { onAddressGone } of readers) onAddressGone?.(notice);
      else for (const { onLink } of readers) onLink?.(notice);
    },
    onOverrun() {
      log.log('warn', 'the kernel told of more changes than could be read: addresses are compared anew', 'kernel news');
      // A socket that has overrun loses what comes until it is read empty, without another word. A new one does not.
      socket?.close();
      listen();
      if (socket !== null) missed();
    },
    onError: (error) => fail(error),
  };

  function listen(): void {
    timer = undefined;
    try {
      socket = open(handlers);
    } catch (error) {
      return fail(error as Error);
    }
    if (trouble === null) return;
    waitMs = retryMs;
    log.log('info', 'changes of interfaces and addresses are told again');
    trouble = null;
    missed();
  }

  function fail({ message }: Error): void {
    socket?.close();
    socket = null;
    if (closed) return;
    trouble = `changes of interfaces and addresses are not told (${message}): an address that something else deletes is not put back`;
    log.log('error', trouble, 'kernel news');
    timer = setTimeout(listen, waitMs).unref();
    waitMs = Math.min(2 * waitMs, retryMaxMs);
  }

  return {
    subscribe(reader) {
      readers.add(reader);
      if (readers.size === 1 && socket === null && timer === undefined) listen();
      return () => void readers.delete(reader);
    },
    problems: () => (trouble === null ? [] : [trouble]),
    close() {
      closed = true;
      clearTimeout(timer);
      readers.clear();
      socket?.close();
      socket = null;
    },
  };
}
