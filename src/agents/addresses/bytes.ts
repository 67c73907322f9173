/** Addresses from text to the bytes of the wire. Pure. */

/**
 * The 4 or 16 bytes of an address. `text` must be valid (net.isIP): dotted IPv4, or IPv6 in any form of RFC 4291
 * section 2.2, without a zone.
 */
export function addressBytes(text: string): Uint8Array {
  return text.includes(':') ? ipv6Bytes(text) : Uint8Array.from(text.split('.'), Number);
}

function ipv6Bytes(text: string): Uint8Array {
  const [before = '', after] = text.split('::');
  const head = words(before);
  const tail = words(after ?? '');
  const all = after === undefined ? head : [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  return Uint8Array.from(all.flatMap((word) => [word >> 8, word & 255]));
}

/** The 16-bit words of one side of `::`; a trailing dotted IPv4 part makes two. */
function words(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return [Number.parseInt(part, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}
