/** Adds and removes addresses, each kind in one batch. */
import type { AddressConfig } from '../../config/types.js';
import type { Logger } from '../../io/seams.js';
import type { Announcer } from './announcer.js';
import type { Carrier } from './carrier.js';
import { addLine, deleteLine, isUnfit, type Place, saysNotThere } from './commands.js';
import { type DeviceTroubles, deviceTroubles, isIpv6Router, promoteSecondaries } from './devices.js';
import type { Held } from './held.js';
import type { BatchResult, IpBatch, RunningBatch } from './ip-batch.js';
import { isAt, lookUp, type Places, written } from './places.js';
import type { Change } from './queue.js';
import { outcome, StatusReader } from './status.js';

/** How long the kernel may take to tell its addresses. */
const listMs = 5000;

/** A change whose resource is an address, and where that belongs. */
interface Placed {
  readonly change: Change;
  readonly address: AddressConfig;
  readonly place: Place;
}

export interface ChangesOptions {
  readonly log: Logger;
  readonly batches: IpBatch;
  readonly announcer: Announcer;
  readonly places: Places;
  readonly held: Held;
  readonly carrier?: Carrier | undefined;
}

export class Changes {
  readonly #options: ChangesOptions;
  /** What was added here, in the order in which it was: the kernel keeps them in this order. */
  readonly #added = new Map<string, Place>();
  readonly #status = new StatusReader();
  #running: RunningBatch | null = null;

  constructor(options: ChangesOptions) {
    this.#options = options;
  }

  /** Does all changes, which are of one kind, and sets their outcomes. Never rejects. */
  async perform(operation: 'start' | 'stop', changes: readonly Change[]): Promise<void> {
    const fit = changes.filter(isFit);
    try {
      if (operation === 'start') await this.#start(fit);
      else await this.#stop(fit);
    } catch (error) {
      for (const change of fit) if (change.outcome === null) fail(change, (error as Error).message);
    }
  }

  /** Kills the batch that runs, if one does. */
  interrupt(): void {
    this.#running?.kill();
  }

  /** Looks up where addresses belong before it is needed. */
  async lookAhead(addresses: readonly AddressConfig[]): Promise<void> {
    const { places, log } = this.#options;
    try {
      const asked = addresses.filter(({ address }) => !this.#added.has(address));
      if (asked.length > 0) places.learn(asked, await lookUp(asked));
    } catch (error) {
      log.log('warn', (error as Error).message, 'look-ahead');
    }
  }

  async #start(changes: readonly Change[]): Promise<void> {
    const trouble = deviceTroubles();
    const lookupFailure = await this.#findPlaces(changes.map(addressOf), trouble);
    const placed = changes
      .filter((change) => change.isWanted())
      .flatMap((change) => this.#place(change, trouble, lookupFailure) ?? []);
    if (placed.length === 0) return;
    const lines = placed.map(({ address, place }) => addLine(address, place));
    const [result] = await Promise.all([this.#run(lines), this.#prepare(placed)]);
    const added = placed.filter(({ change }, i) => this.#judge(change, result, i));
    for (const { change, address } of placed) {
      if (change.outcome?.outcome === 'failed') this.#options.places.forget(address);
    }
    for (const { address, place } of added) {
      // Deleted first, so that it stands where the kernel has it: last.
      this.#added.delete(address.address);
      this.#added.set(address.address, place);
    }
    // One that timed out meanwhile counts as not started, though it is there: the stop that follows will find it.
    const wanted = added.filter(({ change }) => change.isWanted());
    for (const { change, place } of wanted) this.#options.held.hold(change.resource, place.device);
    this.#options.announcer.announce(
      wanted.map(({ address: { family, address }, place: { device } }) => ({ family, address, device })),
    );
    this.#options.carrier?.look(wanted.map(({ place }) => place.device));
  }

  /**
   * Looks up what is not known of the addresses, or no longer true. Gives null, or in a plain sentence why it cannot.
   */
  async #findPlaces(addresses: readonly AddressConfig[], trouble: DeviceTroubles): Promise<string | null> {
    const { places } = this.#options;
    const asked = addresses.filter((address) => {
      if (written(address) !== null) return false;
      const place = places.known(address);
      return place === null || trouble(place.device) !== null;
    });
    try {
      if (asked.length > 0) places.learn(asked, await lookUp(asked));
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** A change with its place; null when there is no usable one, which is its outcome. */
  #place(change: Change, trouble: DeviceTroubles, lookupFailure: string | null): Placed | null {
    const address = addressOf(change);
    const place = this.#options.places.known(address);
    const why =
      place === null
        ? (lookupFailure ?? `no route leads to ${address.address}: write its prefix and interface`)
        : trouble(place.device);
    if (why !== null) fail(change, why);
    return place === null || why !== null ? null : { change, address, place };
  }

  async #prepare(placed: readonly Placed[]): Promise<void> {
    await Promise.all([this.#promote(placed), this.#noteRouters(placed)]);
  }

  async #promote(placed: readonly Pick<Placed, 'address' | 'place'>[]): Promise<void> {
    const complaints = await Promise.all(devices(placed, 4).map(promoteSecondaries));
    for (const text of complaints) if (text !== null) this.#options.log.log('warn', text, text);
  }

  async #noteRouters(placed: readonly Placed[]): Promise<void> {
    const note = async (device: string) => this.#options.announcer.setRouter(device, await isIpv6Router(device));
    await Promise.all(devices(placed, 6).map(note));
  }

  async #stop(changes: readonly Change[]): Promise<void> {
    // Again: an earlier start may have been done since it was asked for.
    for (const { address } of changes.map(addressOf)) this.#options.announcer.silence(address);
    for (const { resource } of changes) this.#options.held.release(resource);
    const known = new Set(changes.filter((change) => this.#added.has(addressOf(change).address)));
    if (known.size > 0) await this.#removeAdded([...known]);
    // What was not added here, or is not where it was added.
    const rest = changes.filter((change) => change.outcome === null && change.isWanted());
    if (rest.length > 0) await this.#removePresent(rest);
  }

  /**
   * Removes what this agent has added, last added first: removing the first address of a network makes the kernel set
   * up all others anew, and for a thousand addresses in the wrong order that takes seconds instead of milliseconds.
   */
  async #removeAdded(changes: readonly Change[]): Promise<void> {
    const order = new Map([...this.#added.keys()].map((address, i) => [address, i]));
    const position = (change: Change) => order.get(addressOf(change).address) ?? 0;
    const placed = [...changes]
      .sort((a, b) => position(b) - position(a))
      .map((change) => ({
        change,
        address: addressOf(change),
        place: this.#added.get(addressOf(change).address) as Place,
      }));
    const result = await this.#run(placed.map(({ address, place }) => deleteLine(address.address, place)));
    for (const [i, { change, address }] of placed.entries()) {
      const said = result.failures.get(i + 1);
      if (said !== undefined && saysNotThere(said)) this.#added.delete(address.address);
      else if (this.#judge(change, result, i)) this.#added.delete(address.address);
    }
  }

  /** Removes addresses wherever they are now, whatever their prefix. One that is nowhere is removed. */
  async #removePresent(changes: readonly Change[]): Promise<void> {
    await this.#passAbsent(changes);
    if (changes.every((change) => change.outcome !== null)) return;
    const { present } = await lookUp([]);
    const wanted = changes.filter((change) => change.outcome === null && change.isWanted());
    const byAddress = new Map<string, Change[]>();
    for (const change of wanted) {
      const { address } = addressOf(change);
      byAddress.set(address, [...(byAddress.get(address) ?? []), change]);
    }
    const placed = [...present]
      .reverse()
      .flatMap((place) =>
        (byAddress.get(place.address) ?? [])
          .map((change): Placed => ({ change, address: addressOf(change), place }))
          .filter(({ address }) => isAt(place, address)),
      );
    if (placed.length > 0) {
      await this.#promote(placed);
      const result = await this.#run(placed.map(({ address, place }) => deleteLine(address.address, place)));
      for (const [i, { change }] of placed.entries()) {
        const said = result.failures.get(i + 1);
        const isGone = said !== undefined && saysNotThere(said);
        if (!isGone && change.outcome?.outcome !== 'failed') this.#judge(change, result, i);
      }
    }
    for (const change of wanted) if (change.outcome === null) succeed(change);
  }

  /**
   * Marks as done what the kernel does not list. That needs no process: a start that failed because `ip` cannot be run
   * can be undone all the same, and does not block the group for the other nodes.
   */
  async #passAbsent(changes: readonly Change[]): Promise<void> {
    const found = await this.#status.statusOf(
      changes.map(({ resource }) => resource),
      listMs,
    );
    for (const [i, change] of changes.entries()) if (found[i]?.outcome === 'stopped') succeed(change);
  }

  async #run(lines: readonly string[]): Promise<BatchResult> {
    this.#running = this.#options.batches.run(lines);
    const result = await this.#running.done;
    this.#running = null;
    return result;
  }

  /** Sets a change's outcome by what was said of its line (counted from 0); true when it is done. */
  #judge(change: Change, { failures, rest, killed }: BatchResult, line: number): boolean {
    const said = failures.get(line + 1);
    if (said !== undefined) fail(change, explain(said, addressOf(change)));
    else if (killed) change.outcome = outcome(change.resource.name, 'timedOut', 'ip was ended: it took too long');
    else if (rest !== '') fail(change, rest);
    else succeed(change);
    return change.outcome?.outcome === 'succeeded';
  }
}

/** Whether a change can be put into a batch; one that cannot fails here. */
function isFit(change: Change): boolean {
  const { address, name } = change.resource;
  if (address === null) {
    fail(change, `${name} is not an address`);
    return false;
  }
  const words = [address.address, address.device, address.label, address.broadcast];
  const unfit = words.find((word) => word !== null && isUnfit(word));
  if (unfit !== undefined) fail(change, `${JSON.stringify(unfit)} cannot be part of an address`);
  return unfit === undefined;
}

/** What ip said, with what it means where that is not plain. */
function explain(said: string, { family }: AddressConfig): string {
  return family === 6 && said.includes('Permission denied') ? `${said} (IPv6 is switched off on the interface)` : said;
}

function addressOf(change: Change): AddressConfig {
  return change.resource.address as AddressConfig;
}

function fail(change: Change, text: string): void {
  change.outcome = outcome(change.resource.name, 'failed', text);
}

function succeed(change: Change): void {
  change.outcome = outcome(change.resource.name, 'succeeded', '');
}

/** The interfaces that get addresses of a family. */
function devices(placed: readonly Pick<Placed, 'address' | 'place'>[], family: 4 | 6): string[] {
  return [...new Set(placed.filter(({ address }) => address.family === family).map(({ place }) => place.device))];
}
