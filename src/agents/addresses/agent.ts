/** The built-in agent of virtual addresses (IPaddr, IPaddr2, IPv6addr): many addresses for the price of one. */
import type { AddressConfig, ResourceConfig } from '../../config/types.js';
import type { Operation, ResourceOutcome } from '../../events.js';
import type { KernelNews } from '../../io/kernel-news.js';
import type { Logger } from '../../io/seams.js';
import { Announcer } from './announcer.js';
import { Behalf } from './behalf.js';
import { Carrier } from './carrier.js';
import { Changes } from './changes.js';
import { FrameQueue } from './frame-queue.js';
import { Held } from './held.js';
import { IpBatch } from './ip-batch.js';
import { Losses } from './losses.js';
import { Places, written } from './places.js';
import { ChangeQueue } from './queue.js';
import { StatusReader } from './status.js';

/** How often routes are looked up anew for addresses whose interface or prefix is not written. */
const lookAheadMs = 60_000;

export interface AddressAgentOptions {
  readonly log: Logger;
  /** Addresses this node may come to hold: what is not written of them is looked up ahead of time. */
  readonly addresses?: readonly AddressConfig[];
  /** Where deletions are heard of. Without it none is noticed. */
  readonly news?: KernelNews | undefined;
  /** Something else took addresses (resources, by name) away that are held here; `text` says how. */
  readonly onLost?: ((resources: readonly string[], text: string) => void) | undefined;
  /** Keep a process ready for the next change. Default true; a single command needs none. */
  readonly warm?: boolean;
  /** When to announce again after an address came up, in ms. Default 100, 500, 2000. */
  readonly repeatMs?: readonly number[];
  /** How often held addresses are announced for ever after. Default 60000. */
  readonly refreshMs?: number;
}

export interface AddressAgent {
  /**
   * Starts, stops or looks at addresses, all in one batch; `resources` must be address resources. Resolves with one
   * outcome per resource, in order, at the latest after `timeoutMs`; never rejects. Where a start succeeded, the first
   * announcement is out by then.
   */
  run(
    operation: Operation,
    resources: readonly ResourceConfig[],
    timeoutMs: number,
  ): Promise<readonly ResourceOutcome[]>;
  /** Announces again those of these addresses that are up, as often as after a start. */
  announce(resources: readonly ResourceConfig[]): void;
  /** Tells the neighbours where these addresses are, none of them here any more: at what answers for them, said to be `node`. */
  announceFor(node: string, resources: readonly ResourceConfig[]): void;
  /** What keeps held addresses from answering, in plain words. */
  problems(): string[];
  /** Ends announcements and waiting helpers. Addresses stay as they are. */
  close(): void;
}

export function createAddressAgent(options: AddressAgentOptions): AddressAgent {
  const {
    log,
    news,
    onLost = () => {},
    addresses = [],
    warm = true,
    repeatMs = [100, 500, 2000],
    refreshMs = 60_000,
  } = options;
  const batches = new IpBatch(warm);
  const frames = new FrameQueue(log);
  const announcer = new Announcer({ log, queue: frames, repeatMs, refreshMs });
  const behalf = new Behalf({ log, queue: frames, repeatMs });
  const places = new Places();
  const held = new Held();
  const losses = news === undefined ? undefined : new Losses({ log, news, held, onLost });
  const carrier = news === undefined ? undefined : new Carrier({ log, news, held });
  const changes = new Changes({ log, batches, announcer, places, held, carrier });
  const queue = new ChangeQueue(
    (operation, some) => {
      const perform = () => changes.perform(operation, some);
      return losses === undefined ? perform() : losses.during(perform);
    },
    () => changes.interrupt(),
  );
  const status = new StatusReader();
  const open = addresses.filter((address) => written(address) === null);
  const lookAhead = () => void changes.lookAhead(open);
  const timer = open.length === 0 ? undefined : setInterval(lookAhead, lookAheadMs).unref();
  if (open.length > 0) lookAhead();
  return {
    run(operation, resources, timeoutMs) {
      if (operation === 'status' || operation === 'monitor') return status.statusOf(resources, timeoutMs);
      // At once, not when its turn comes: the peer may have the address already.
      if (operation === 'stop') for (const { address } of addressesOf(resources)) announcer.silence(address);
      if (operation === 'start') behalf.cancel(addressesOf(resources).map(({ address }) => address));
      return queue.add(operation, resources, timeoutMs);
    },
    announce: (resources) => announcer.again(addressesOf(resources).map(({ address }) => address)),
    announceFor(node, resources) {
      const placed = addressesOf(resources).flatMap((config) => {
        const place = places.known(config);
        return place === null ? [] : [{ family: config.family, address: config.address, device: place.device }];
      });
      behalf.tell(placed, node);
    },
    problems: () => carrier?.problems() ?? [],
    close() {
      losses?.close();
      carrier?.close();
      clearInterval(timer);
      batches.close();
      announcer.close();
      behalf.close();
      frames.close();
    },
  };
}

function addressesOf(resources: readonly ResourceConfig[]): AddressConfig[] {
  return resources.flatMap(({ address }) => (address === null ? [] : [address]));
}
