/** Waits until a pair has come to rest: every group on one node, the client served by it, and both status tools of one mind. */
import type { PingWatch } from '../lab/ping-client.js';
import { type Name, names } from './cell.js';
import { isUp } from './counted.js';
import { addressOf, type InteropPair } from './interop-pair.js';
import { type Owners, sameOwners } from './member.js';

const lookMs = 20;
const askMs = 400;
/** So many times in a row it must be right. */
const looks = 2;

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

/**
 * Waits for `owners`, or for any owners that are single where null. Gives those it found. Rejects after `limitMs` with what was not
 * right last.
 */
export async function settled(
  pair: InteropPair,
  ping: PingWatch,
  { owners, limitMs }: { owners: Owners | null; limitMs: number },
): Promise<Owners> {
  const limit = performance.now() + limitMs;
  let right = 0;
  for (;;) {
    const found = await look(pair, ping, owners);
    right = typeof found === 'string' ? 0 : right + 1;
    if (typeof found !== 'string' && right >= looks) return found;
    if (performance.now() > limit) throw new Error(`not within ${limitMs} ms: ${found}`);
    await sleep(right > 0 ? askMs : lookMs);
  }
}

/** The owners, when everything is right; else what is not. Asks the status tools last, as they cost a process each. */
async function look(pair: InteropPair, ping: PingWatch, wanted: Owners | null): Promise<Owners | string> {
  const [ofA, ofB] = names.map((name, index) => ownerOf(pair, addressOf[name], ping.owners[index] ?? 0));
  if (typeof ofA === 'string') return ofA;
  if (typeof ofB === 'string') return ofB;
  const owners = { a: ofA?.owner ?? 'a', b: ofB?.owner ?? 'b' };
  const idle = names.find((group) =>
    names.some((name) => isUp(pair.lab.node(name), group) !== (owners[group] === name)),
  );
  if (idle !== undefined)
    return `${owners[idle]} has ${addressOf[idle]}, but the rest of the group is not where that is`;
  if (wanted !== null && !sameOwners(owners, wanted)) return `owners are ${inWords(owners)}, not ${inWords(wanted)}`;
  for (const name of pair.running) {
    const objection = await pair.members[name].disagrees({ owners, running: pair.running });
    if (objection !== null) {
      // A tool that is not of this mind yet need not be asked without a pause.
      await sleep(askMs);
      return `${pair.members[name].product} on ${name}: ${objection}`;
    }
  }
  return owners;
}

function ownerOf(pair: InteropPair, address: string, ttl: number): { readonly owner: Name } | string {
  const [owner, ...more] = pair.watch.holders(address);
  if (owner === undefined) return `no node has ${address}`;
  if (more.length > 0) return `${owner} and ${more.join(' and ')} have ${address}`;
  if (ttl === 0) return `${owner} has ${address}, but the client gets no answer`;
  if (pair.lab.node(owner).ttl !== ttl) return `${owner} has ${address}, but another node answers the client`;
  return { owner: owner as Name };
}

/** `a: a, b: b`: the group of a is on a, that of b on b. */
export function inWords({ a, b }: Owners): string {
  return `a: ${a}, b: ${b}`;
}
