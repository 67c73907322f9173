/** Bytes of a file that arrive piece by piece and are taken in whole units. */
export class ByteQueue {
  /** Where the next byte stands in the file. */
  offset = 0;
  private rest: Buffer = Buffer.alloc(0);

  /** Appends a piece of the file. */
  push(piece: Uint8Array): void {
    this.rest = this.rest.length === 0 ? Buffer.from(piece) : Buffer.concat([this.rest, piece]);
  }

  /** Bytes that wait to be taken. */
  get length(): number {
    return this.rest.length;
  }

  /** What waits, not yet taken. */
  peek(): Buffer {
    return this.rest;
  }

  /** Takes this many bytes; there must be as many. */
  take(length: number): Buffer {
    const taken = this.rest.subarray(0, length);
    this.rest = this.rest.subarray(length);
    this.offset += length;
    return taken;
  }
}
