/** Cuts a stream of bytes into lines, with a limit on their length. */

/** Collects bytes until a newline. */
export interface LineCutter {
  /** Gives the complete lines (without newline) that `chunk` ends; null once a line is longer than allowed. */
  take(chunk: Buffer): string[] | null;
}

/** A cutter for lines of at most `maxBytes` bytes. */
export function createLineCutter(maxBytes: number): LineCutter {
  let parts: Buffer[] = [];
  let length = 0;
  return {
    take(chunk) {
      const lines: string[] = [];
      let from = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
        if (length + end - from > maxBytes) return null;
        lines.push(Buffer.concat([...parts, chunk.subarray(from, end)]).toString('utf8'));
        parts = [];
        length = 0;
        from = end + 1;
      }
      if (from < chunk.length) {
        parts.push(chunk.subarray(from));
        length += chunk.length - from;
      }
      return length > maxBytes ? null : lines;
    },
  };
}
