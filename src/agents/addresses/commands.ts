/** Lines for `ip -batch`, and the reading of what it answers. Pure. */
import type { AddressConfig } from '../../config/types.js';

/** Where an address belongs. */
export interface Place {
  readonly device: string;
  /** Bits. */
  readonly prefix: number;
}

/** Adds an address, or leaves it as it is. IPv6 without duplicate detection: who may hold it was decided before. */
export function addLine(address: AddressConfig, { device, prefix }: Place): string {
  const what = `addr replace ${address.address}/${prefix}`;
  if (address.family === 6) return `${what} dev ${device} nodad`;
  // A network of one or two addresses has no broadcast address.
  const broadcast = address.broadcast ?? (prefix < 31 ? '+' : null);
  const label = address.label === null ? '' : ` label ${fullLabel(address.label, device)}`;
  return `${what}${broadcast === null ? '' : ` brd ${broadcast}`} dev ${device}${label}`;
}

/** `0` on eth0 is `eth0:0`; a label written in full stays. */
function fullLabel(label: string, device: string): string {
  return label.startsWith(`${device}:`) ? label : `${device}:${label}`;
}

export function deleteLine(address: string, { device, prefix }: Place): string {
  return `addr del ${address}/${prefix} dev ${device}`;
}

/**
 * Whether a word would be read as more, or less, than one word of a batch. One such line could undo a thousand others.
 */
export function isUnfit(word: string): boolean {
  return word === '' || /[\s"'\\#\0]/.test(word);
}

/** What `ip -force -batch` complained of. */
export interface Complaints {
  /** Line number, from 1, to what was said of it. */
  readonly failures: ReadonlyMap<number, string>;
  /** Said of no line: ip gave up before the end. Empty when it did not. */
  readonly rest: string;
}

/** Reads standard error: what was said of a line comes before `Command failed -:LINE`. */
export function readComplaints(stderr: string): Complaints {
  const failures = new Map<number, string>();
  let said: string[] = [];
  for (const line of stderr.split('\n')) {
    const failed = /^Command failed -:(\d+)$/.exec(line);
    if (failed) {
      failures.set(Number(failed[1]), said.join('; ') || 'ip gave no reason');
      said = [];
    } else if (line.trim() !== '') {
      said.push(line.trim());
    }
  }
  return { failures, rest: said.join('; ') };
}

/** Whether `addr del` failed because there is no such address (or interface): what was wanted, if it is really so. */
export function saysNotThere(text: string): boolean {
  return /Cannot assign requested address|Address not found|Cannot find device|No such device/.test(text);
}
