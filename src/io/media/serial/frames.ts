/**
 * Finds the messages in what comes over a serial line, which may begin anywhere and hold anything between them: lines are
 * discarded until one that begins a message, then collected until the one that ends it. A message that another one begins
 * in is broken and discarded. Whether the rest is whole, its signature tells.
 */
/** Heartbeat's limit of a message, and of a line. */
const messageBytesMax = 256 * 1024;

const [head, foot] = ['>>>', '<<<'];

export class Frames {
  /** Bytes that belonged to no whole message. */
  discarded = 0;
  /** The line that has not ended yet, piece by piece. */
  #pieces: string[] = [];
  #pieceBytes = 0;
  /** The lines of the message that has begun; null between messages. */
  #lines: string[] | null = null;
  #lineBytes = 0;

  /**
   * Takes bytes as they came; gives the messages that ended in them. The eighth bit and carriage returns are dropped, as
   * Heartbeat's setting of the line does: all of a message is ASCII. Keeps at most Heartbeat's limit of 256 KiB.
   */
  take(bytes: Buffer): Uint8Array[] {
    const messages: Uint8Array[] = [];
    // Node's reading of ascii is: without the eighth bit.
    const lines = bytes.toString('ascii').replaceAll('\r', '').split('\n');
    const rest = lines.pop() ?? '';
    for (const end of lines) {
      this.#pieces.push(end);
      const line = this.#pieces.length === 1 ? end : this.#pieces.join('');
      this.#pieces = [];
      this.#pieceBytes = 0;
      const message = this.#line(line);
      if (message !== null) messages.push(message);
    }
    this.#keep(rest);
    return messages;
  }

  #keep(piece: string): void {
    if (piece === '') return;
    this.#pieces.push(piece);
    this.#pieceBytes += piece.length;
    if (this.#pieceBytes + this.#lineBytes <= messageBytesMax) return;
    this.discarded += this.#pieceBytes;
    this.#pieces = [];
    this.#pieceBytes = 0;
    this.#abandon();
  }

  #line(line: string): Uint8Array | null {
    // Noise in front of a beginning does not make it less of one; within a message a field may end like that.
    if (line === head || (this.#lines === null && line.endsWith(head))) {
      this.#abandon();
      this.discarded += line.length - head.length;
      this.#lines = [];
    } else if (this.#lines === null) {
      // An empty line is what every packet of ours begins with.
      this.discarded += line === '' ? 0 : line.length + 1;
    } else if (line === foot) {
      const text = `${head}\n${this.#lines.map((field) => `${field}\n`).join('')}${foot}\n`;
      this.#lines = null;
      this.#lineBytes = 0;
      return Buffer.from(text, 'latin1');
    } else {
      this.#lines.push(line);
      this.#lineBytes += line.length + 1;
      if (this.#lineBytes > messageBytesMax) this.#abandon();
    }
    return null;
  }

  #abandon(): void {
    if (this.#lines === null) return;
    this.discarded += head.length + 1 + this.#lineBytes;
    this.#lines = null;
    this.#lineBytes = 0;
  }
}
