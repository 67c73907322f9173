/** IP addresses in text: checked, and in canonical form. (node:net could do it, but this part of the house has no I/O.) */
import { bad, good, type Result } from './values.js';
import { quote } from './words.js';

/** Whether the text is meant to be an IPv4 address rather than a host name. */
export const looksLikeIPv4 = (text: string): boolean => /^\d+(\.\d+)+$/.test(text);

/** Four decimal octets. Leading zeros are refused: some programs read them as octal. */
export function parseIPv4(text: string): Result<string> {
  const octets = text.split('.');
  if (octets.length !== 4) return bad(`${quote(text)} is not an IPv4 address: it has not four parts`);
  for (const octet of octets) {
    if (!/^\d+$/.test(octet)) return bad(`${quote(text)} is not an IPv4 address: ${quote(octet)} is not a number`);
    if (Number(octet) > 255) return bad(`${quote(text)} is not an IPv4 address: ${octet} is more than 255`);
    if (/^0\d/.test(octet)) return bad(`${quote(text)} is not an IPv4 address: ${octet} begins with a zero`);
  }
  return good(text);
}

/** An IPv4 address as one unsigned number. `text` must be a valid address. */
export function numberOfIPv4(text: string): number {
  return text.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

/** Any form of RFC 4291, to the canonical one of RFC 5952. */
export function parseIPv6(text: string): Result<string> {
  const groups = groupsOf(text);
  return groups ? good(formatIPv6(groups)) : bad(`${quote(text)} is not an IPv6 address`);
}

/** The eight 16-bit groups, or null. */
function groupsOf(text: string): number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const parts = halves.map((half, index) => (half === '' ? [] : halfOf(half, index === halves.length - 1)));
  const [head, tail] = [parts[0], parts[1]];
  if (!head || tail === null) return null;
  if (tail === undefined) return head.length === 8 ? head : null;
  const zeros = 8 - head.length - tail.length;
  return zeros < 1 ? null : [...head, ...Array<number>(zeros).fill(0), ...tail];
}

/** Groups between colons; the last one of an address may be an IPv4 address. */
function halfOf(text: string, last: boolean): number[] | null {
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (last && index === parts.length - 1 && part.includes('.')) {
      if (!parseIPv4(part).ok) return null;
      const number = numberOfIPv4(part);
      groups.push(Math.floor(number / 65536), number % 65536);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}

/** Lower case, no leading zeros, and `::` for the longest run of two or more zero groups (the first one at a tie). */
function formatIPv6(groups: readonly number[]): string {
  let [start, length] = [-1, 1];
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (groups[end] === 0) end++;
    if (end - i > length) [start, length] = [i, end - i];
  }
  const hex = groups.map((group) => group.toString(16));
  if (start < 0) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}
