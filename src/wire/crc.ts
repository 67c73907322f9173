/** The checksum of Heartbeat's `crc` method: polynomial 0x04C11DB7, most significant bit first, start 0, complemented. */

const polynomial = 0x04c11db7;

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte << 24;
  for (let bit = 0; bit < 8; bit++) remainder = remainder < 0 ? (remainder << 1) ^ polynomial : remainder << 1;
  return remainder;
});

/**
 * Checksum of the bytes as an unsigned 32-bit number. It is POSIX cksum without the length that cksum appends, so
 * leading zero bytes do not change it.
 */
export function crc(bytes: Uint8Array): number {
  let remainder = 0;
  // The index is always 0 to 255 and an Int32Array of 256 has them all: `as number` only tells the compiler so.
  for (const byte of bytes) remainder = (remainder << 8) ^ (table[(remainder >>> 24) ^ byte] as number);
  return ~remainder >>> 0;
}
