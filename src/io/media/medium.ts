/** The life of a medium, the same for every kind: open it, watch its interface, tell its owner, open it again. */
import type { InterfaceAddress } from '../kernel/interface.js';
import { interfaceState } from '../kernel/interface.js';
import type { Medium, MediumHandlers } from '../seams.js';
import type { Family } from './family.js';

/** How often an interface is looked at, and a medium that failed is tried again. */
const checkMs = 1000;
/** After so many quick looks that found nothing changed, a thorough one. */
const quickChecks = 30;

/** The interface as it is now. */
export interface Interface extends InterfaceAddress {
  readonly device: string;
  readonly index: number;
}

/** Sockets in use. */
export interface Connection {
  /** Sends one datagram. Gives 0 or the errno. */
  send(bytes: Uint8Array): number;
  close(): void;
}

/** What is particular to one medium. */
export interface MediumPlan {
  readonly device: string;
  readonly family: Family;
  readonly description: string;
  /** What the sockets depend on besides the interface's index: when this text changes they are opened anew. */
  readonly dependsOn: (at: Interface) => string;
  /**
   * Something to find out before the first connection (the address of a host name). Rejects with a plain sentence as
   * message.
   */
  readonly prepare?: () => Promise<void>;
  /** Opens the sockets. Throws with a plain sentence as message. */
  readonly connect: (at: Interface, from: Incoming) => Connection;
}

/** Where a connection puts what comes in. */
export interface Incoming {
  readonly onPacket: (bytes: Uint8Array) => void;
  /** Receiving broke; the medium is opened again. */
  readonly onError: (error: Error) => void;
}

/**
 * Opens a medium and keeps it open. The first attempt is made at once, unless something must be found out before; what
 * came of it is told in a later turn of the event loop. An interface that is missing, down or without an address
 * is a failure that ends by itself when the interface is back.
 */
export function openMedium(plan: MediumPlan, handlers: MediumHandlers): Medium {
  const counters = { sent: 0, received: 0, sendErrors: 0 };
  let connection: Connection | null = null;
  let connectedTo = '';
  let connectedAt: Interface | null = null;
  let checks = 0;
  let told = '';
  let closed = false;
  let prepared = plan.prepare === undefined;
  let timer: NodeJS.Timeout | undefined;
  let isChecking = false;
  let isStale = false;

  function tell(state: 'open' | 'failed', text: string): void {
    if (closed || told === state + text) return;
    told = state + text;
    handlers.onState(state, text);
  }

  function disconnect(): void {
    connection?.close();
    connection = null;
  }

  function fail(error: unknown): void {
    disconnect();
    tell('failed', error instanceof Error ? error.message : String(error));
  }

  const incoming: Incoming = {
    onPacket(bytes) {
      counters.received += 1;
      handlers.onPacket(bytes);
    },
    onError: fail,
  };

  function connect(address: InterfaceAddress | null): void {
    const at = usable(plan, address);
    const wanted = `${at.index} ${plan.dependsOn(at)}`;
    connectedAt = at;
    if (connection !== null && connectedTo === wanted) return;
    disconnect();
    connection = plan.connect(at, incoming);
    connectedTo = wanted;
  }

  async function check(): Promise<void> {
    clearTimeout(timer);
    // What changes during a look is looked at again.
    isStale = isChecking;
    if (isChecking) return;
    isChecking = true;
    const failure = await renew();
    isChecking = false;
    if (closed) return;
    timer = setTimeout(check, isStale ? 0 : checkMs).unref();
    if (failure === null) tell('open', plan.description);
    else fail(failure);
  }

  /** Makes sure that the sockets fit the interface as it is. Gives why they cannot, or null. */
  async function renew(): Promise<unknown> {
    try {
      if (!prepared) await plan.prepare?.();
      prepared = true;
      checks += 1;
      const isDue = connection === null || connectedAt === null || checks % quickChecks === 0;
      if (!isDue && isUnchanged(plan.family, connectedAt as Interface)) return null;
      const address = await plan.family.address(plan.device);
      if (!closed) connect(address);
      return null;
    } catch (error) {
      return error;
    }
  }

  if (prepared) {
    try {
      connect(plan.family.addressNow(plan.device));
    } catch {
      // The check that follows in the next turn meets the same obstacle and tells it.
    }
  }
  const first = setImmediate(check);
  const unwatch = handlers.onInterfaceChange?.(plan.device, () => void check());

  return {
    link: plan.device,
    form: 'netstring',
    description: plan.description,
    counters,
    send(bytes) {
      if (connection !== null && connection.send(bytes) === 0) counters.sent += 1;
      else counters.sendErrors += 1;
    },
    close() {
      closed = true;
      unwatch?.();
      clearImmediate(first);
      clearTimeout(timer);
      disconnect();
    },
  };
}

/** Whether the interface is still there, up, and has its address. */
function isUnchanged(family: Family, { device, index, address }: Interface): boolean {
  const state = interfaceState(device);
  return state?.up === true && state.index === index && family.outgoing(device) === address;
}

/** The interface if a medium can use it; else throws a sentence that says what is wrong with it. */
function usable({ device, family }: MediumPlan, address: InterfaceAddress | null): Interface {
  const state = interfaceState(device);
  if (state === null) throw new Error(`interface ${device} does not exist`);
  if (!state.up) throw new Error(`interface ${device} is down`);
  if (address === null) throw new Error(`interface ${device} has no ${family.name} address`);
  return { device, index: state.index, ...address };
}
