/**
 * What waits to be written on a line that is slower than its sender. A heartbeat says everything that an older one said, so
 * a newer one takes the place of one that waits, and goes first: however much waits, the newest state is next but one.
 */

/** What else may wait: some seconds of a usual line. */
const othersBytesMax = 16 * 1024;

interface Waiting {
  readonly bytes: Uint8Array;
  /** Two packets of one key say the same. */
  readonly key: string;
}

export class WriteQueue {
  /** Packets that a newer one made needless, and packets for which there was no room. */
  readonly counters = { replaced: 0, dropped: 0 };
  #heartbeat: Uint8Array | null = null;
  /** Generation and number of the newest heartbeat so far. */
  #newest = { generation: 0, seq: 0 };
  #others: Waiting[] = [];
  #othersBytes = 0;
  #wasHeartbeat = false;

  get isEmpty(): boolean {
    return this.#heartbeat === null && this.#others.length === 0;
  }

  /** Takes a packet in string form. */
  add(bytes: Uint8Array): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    const type = /^>>>\nt=([^\n]*)/.exec(text)?.[1] ?? '';
    const seq = /\nseq=([0-9a-f]+)\n/.exec(text)?.[1] ?? '';
    const generation = /\nhg=([0-9a-f]+)\n/.exec(text)?.[1] ?? '';
    // An older heartbeat was asked for by a peer that missed it, and is in no hurry.
    if (type === 'status' && this.#isNewest(Number.parseInt(generation, 16), Number.parseInt(seq, 16))) {
      if (this.#heartbeat !== null) this.counters.replaced += 1;
      this.#heartbeat = bytes;
      return;
    }
    // Its news is that there will be no more of them.
    if (type === 'shutdone') this.#heartbeat = null;
    // A request that is made again (or a packet that is asked for again) needs to be written once.
    this.#addOther({ bytes, key: `${generation} ${seq} ${text.slice(0, text.indexOf('\nsrc='))}` });
  }

  /** Takes out what is to be written next; null when there is nothing. */
  next(): Uint8Array | null {
    const heartbeat = this.#heartbeat;
    // The others get every second turn, or a line that heartbeats fill would never carry them.
    if (heartbeat !== null && (!this.#wasHeartbeat || this.#others.length === 0)) {
      this.#heartbeat = null;
      this.#wasHeartbeat = true;
      return heartbeat;
    }
    this.#wasHeartbeat = false;
    const other = this.#others.shift();
    if (other === undefined) return null;
    this.#othersBytes -= other.bytes.length;
    return other.bytes;
  }

  /** Forgets all: it is too old to be said. */
  clear(): void {
    this.counters.dropped += this.#others.length + (this.#heartbeat === null ? 0 : 1);
    this.#heartbeat = null;
    this.#others = [];
    this.#othersBytes = 0;
  }

  /** Numbers begin anew with every generation. */
  #isNewest(generation: number, seq: number): boolean {
    const newest = this.#newest;
    if (generation < newest.generation || (generation === newest.generation && seq <= newest.seq)) return false;
    this.#newest = { generation, seq };
    return true;
  }

  #addOther(waiting: Waiting): void {
    const same = this.#others.findIndex(({ key }) => key === waiting.key);
    if (same >= 0) {
      this.counters.replaced += 1;
      this.#othersBytes += waiting.bytes.length - (this.#others[same]?.bytes.length ?? 0);
      this.#others[same] = waiting;
    } else {
      this.#others.push(waiting);
      this.#othersBytes += waiting.bytes.length;
    }
    while (this.#othersBytes > othersBytesMax) {
      this.#othersBytes -= this.#others.shift()?.bytes.length ?? 0;
      this.counters.dropped += 1;
    }
  }
}
