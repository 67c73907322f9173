/** Text from a packet as it may be shown: nothing in it moves the cursor or begins a line. */

const longest = 160;

/** Control characters and bytes above ASCII are written as `\xNN`, and long texts are cut. */
export function printable(text: string): string {
  const short = text.length > longest ? `${text.slice(0, longest)}...` : text;
  return short.replace(/[^ -~]/g, (sign) => `\\x${(sign.charCodeAt(0) & 0xff).toString(16).padStart(2, '0')}`);
}

/** Bytes in hexadecimal; long ones are cut. */
export function hexBytes(bytes: string): string {
  const shown = Buffer.from(bytes.slice(0, 32), 'latin1').toString('hex');
  return bytes.length > 32 ? `${shown}... (${bytes.length} bytes)` : shown;
}
