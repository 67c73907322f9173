/** An address as operators write it: `ip[/prefix[/interface[:label]][/broadcast]]`, also `ip/prefix/broadcast`. */
import { numberOfIPv4, parseIPv4, parseIPv6 } from './ip.js';
import { hint } from './nearest.js';
import type { Report } from './problems.js';
import type { AddressConfig } from './types.js';
import { bad, good, type Result } from './values.js';
import { partOf, quote, type Word } from './words.js';

/** The kernel's limit for an interface name, label included (IFNAMSIZ less one). */
const longestInterface = 15;

/** What the address is for. */
export interface AddressContext {
  /** Network interfaces there are. */
  readonly interfaces: readonly string[];
  /** Restricts to one family; null = either. */
  readonly family: 4 | 6 | null;
  readonly report: Report;
}

/** Reads the word; null after an error, which is placed at the part that is wrong. */
export function parseAddress(word: Word, context: AddressContext): AddressConfig | null {
  const [ip, prefixPart, ...rest] = splitParts(word);
  if (!ip) return null;
  const family = familyOf(ip, context);
  if (family === null) return null;
  const parts = { device: null as string | null, label: null as string | null, broadcast: null as string | null };
  const prefix = prefixPart ? readPrefix(prefixPart, family.family, context.report) : null;
  const complete = readRest(rest, family.family, parts, context);
  if (prefix === undefined || !complete) return null;
  const config = { ...family, prefix, ...parts };
  warnNotAHost(ip, config, context.report);
  return config;
}

function splitParts(word: Word): Word[] {
  let start = 0;
  return word.text.split('/').map((text) => {
    const part = partOf(word, start, start + text.length);
    start += text.length + 1;
    return part;
  });
}

function familyOf(part: Word, { family, report }: AddressContext): { family: 4 | 6; address: string } | null {
  const six = part.text.includes(':');
  const address = six ? parseIPv6(part.text) : parseIPv4(part.text);
  const found = six ? 6 : 4;
  if (!address.ok) report.error(part, address.reason);
  else if (family !== null && family !== found)
    report.error(part, `${quote(part.text)} is not an IPv${family} address`);
  else if (!isHostAddress(address.value, found)) report.error(part, `${part.text} cannot be the address of a machine`);
  else return { family: found, address: address.value };
  return null;
}

/** Neither unspecified nor multicast nor broadcast. */
function isHostAddress(address: string, family: 4 | 6): boolean {
  if (family === 6) return address !== '::' && !address.startsWith('ff');
  const number = numberOfIPv4(address);
  return number > 0xffffff && number < 0xe0000000;
}

/** undefined after an error. */
function readPrefix(part: Word, family: 4 | 6, report: Report): number | undefined {
  const result = parsePrefix(part.text, family);
  if (!result.ok) report.error(part, result.reason);
  return result.ok ? result.value : undefined;
}

function parsePrefix(text: string, family: 4 | 6): Result<number> {
  if (family === 4 && text.includes('.')) return parseNetmask(text);
  const max = family === 4 ? 32 : 128;
  if (!/^\d+$/.test(text))
    return bad(`${quote(text)} is not a prefix length (1 to ${max})${family === 4 ? ' or a netmask' : ''}`);
  const prefix = Number(text);
  return prefix >= 1 && prefix <= max
    ? good(prefix)
    : bad(`prefix length ${text} is out of range; it must be 1 to ${max}`);
}

/** `255.255.255.0` is 24. */
function parseNetmask(text: string): Result<number> {
  const mask = parseIPv4(text);
  if (!mask.ok) return mask;
  const bits = numberOfIPv4(text).toString(2).padStart(32, '0');
  const prefix = bits.lastIndexOf('1') + 1;
  if (prefix === 0 || bits.slice(0, prefix).includes('0'))
    return bad(`${quote(text)} is not a netmask: its ones are not all on the left`);
  return good(prefix);
}

interface RestParts {
  device: string | null;
  label: string | null;
  broadcast: string | null;
}

/** `/interface[:label]`, `/interface[:label]/broadcast` or `/broadcast`. False after an error. */
function readRest(rest: readonly Word[], family: 4 | 6, parts: RestParts, context: AddressContext): boolean {
  const { report } = context;
  const [first, second, extra] = rest;
  if (!first) return true;
  const broadcastOnly = !second && family === 4 && /^[\d.]+$/.test(first.text) && first.text.includes('.');
  const broadcastPart = broadcastOnly ? first : second;
  let fine = broadcastOnly || readInterface(first, parts, context);
  if (broadcastPart) fine = readBroadcast(broadcastPart, family, parts, report) && fine;
  if (extra) report.error(extra, `${quote(extra.text)} is too much; the form is ip/prefix/interface:label/broadcast`);
  return fine && !extra;
}

function readInterface(part: Word, parts: RestParts, { interfaces, report }: AddressContext): boolean {
  const [name = '', label] = part.text.split(/:(.*)/s);
  if (!interfaces.includes(name)) {
    const near = hint(name, interfaces, 'the interfaces here');
    report.error(
      part,
      name === '' ? 'the name of the interface is missing' : `network interface ${quote(name)} does not exist${near}`,
    );
    return false;
  }
  if (label !== undefined && !/^[\w.-]+$/.test(label)) {
    report.error(partOf(part, name.length), `${quote(label)} is not a label: letters, digits and _ . - only`);
    return false;
  }
  if (part.text.length > longestInterface) {
    report.error(part, `${quote(part.text)} is longer than ${longestInterface} characters, the most the kernel takes`);
    return false;
  }
  parts.device = name;
  parts.label = label ?? null;
  return true;
}

function readBroadcast(part: Word, family: 4 | 6, parts: RestParts, report: Report): boolean {
  if (family === 6) {
    report.error(part, 'IPv6 has no broadcast addresses');
    return false;
  }
  const address = parseIPv4(part.text);
  if (!address.ok) report.error(part, address.reason);
  else parts.broadcast = address.value;
  return address.ok;
}

/** The first and the last address of a network are nobody's, except in those of one or two addresses. */
function warnNotAHost(place: Word, { family, address, prefix }: AddressConfig, report: Report): void {
  if (family === 6 || prefix === null || prefix > 30) return;
  const size = 2 ** (32 - prefix);
  const host = numberOfIPv4(address) % size;
  if (host === 0) report.warning(place, `${address} is the address of its network /${prefix} itself`);
  if (host === size - 1) report.warning(place, `${address} is the broadcast address of its network /${prefix}`);
}
