/** Announcing an address from a process that ends: the first time at once, the others from a process that is left running. */
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { listAddresses } from '../io/kernel/address-list.js';
import { ethernetAddress } from '../io/kernel/interface.js';
import type { Logger } from '../io/seams.js';
import { Announcer, type HeldAddress } from './addresses/announcer.js';
import { addressBytes } from './addresses/bytes.js';
import { deviceTroubles, isIpv6Router } from './addresses/devices.js';
import { FrameQueue } from './addresses/frame-queue.js';
import type { World } from './frame/world.js';

/** Pauses before the second, the third and the fourth time: some neighbours miss the first. */
export const pausesMs: readonly number[] = [100, 400, 1500];

/** Until when it is announced: as long as the address is on its interface, or as long as a file is there. */
export type While = { readonly kind: 'address' } | { readonly kind: 'file'; readonly path: string };

/** What tells the neighbours; tests have their own. */
export interface Announcing {
  /** Why nothing can be announced on an interface; null: it can. */
  trouble(device: string): string | null;
  /** Announces once: the frames are with the kernel when it resolves. */
  once(held: HeldAddress): Promise<void>;
}

export function announcing(log: Logger): Announcing {
  return {
    trouble: (device) => {
      const why = deviceTroubles()(device);
      if (why !== null) return why;
      return ethernetAddress(device) === null ? `interface ${device} has no hardware address to announce` : null;
    },
    once: async (held) => {
      const queue = new FrameQueue(log);
      const announcer = new Announcer({ log, queue, repeatMs: [], refreshMs: 60_000 });
      announcer.setRouter(held.device, await isIpv6Router(held.device));
      announcer.announce([held]);
      announcer.close();
      queue.close();
    },
  };
}

/** Leaves a process running that announces the other times. */
export async function announceOn(world: World, { family, address, device }: HeldAddress, until: While): Promise<void> {
  const program = fileURLToPath(new URL('./announce.js', import.meta.url));
  const file = until.kind === 'file' ? [until.path] : [];
  await world.leaveRunning([
    process.execPath,
    '--single-threaded-gc',
    program,
    String(family),
    address,
    device,
    ...file,
  ]);
}

/** The interface that has an address; not the loopback, where standby directors of LVS have it. Null: none. */
export async function deviceWith(address: string): Promise<string | null> {
  const listed = listedForm(address);
  const found = (await listAddresses()).find((one) => one.address === listed && one.device !== 'lo');
  return found?.device ?? null;
}

function listedForm(address: string): string {
  return address.includes(':') ? Buffer.from(addressBytes(address)).toString('hex') : address;
}

/** Whether it is still to be announced. One that went away meanwhile may be another node's by now. */
export async function stillSo({ address, device }: HeldAddress, until: While): Promise<boolean> {
  if (until.kind === 'file') {
    return access(until.path).then(
      () => true,
      // Not there: it was stopped.
      () => false,
    );
  }
  const listed = listedForm(address);
  return (await listAddresses()).some((one) => one.address === listed && one.device === device);
}
