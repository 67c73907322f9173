/** Numbers as Heartbeat writes them: some fields hexadecimal, some decimal, both without prefix, sign or blanks. */

/** The number that the hexadecimal text stands for, or null when it is none or too big to be exact. */
export function parseHex(text: string): number | null {
  return /^[0-9a-fA-F]{1,13}$/.test(text) ? Number.parseInt(text, 16) : null;
}

/** The number that the decimal text stands for, or null when it is none or too big to be exact. */
export function parseDecimal(text: string): number | null {
  return /^[0-9]{1,15}$/.test(text) ? Number(text) : null;
}

/** The text of a whole number, not negative, in hexadecimal. */
export function hex(number: number): string {
  return number.toString(16);
}

/**
 * No node has lived as often: generations count starts, or are Unix times (heartbeat writes 15 decimal digits of them). A
 * larger one is damage, and may not become what a node has to outdo: the next one could not be written any more.
 */
export const generationMax = 2 ** 48;
