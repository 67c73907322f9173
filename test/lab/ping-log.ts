/** What a pinging client recorded, and what follows from it. All times are nanoseconds of CLOCK_MONOTONIC (process.hrtime). */

/** The replies in order of arrival, one entry of each array per reply. */
export interface PingLog {
  readonly addresses: readonly string[];
  /** Each address is asked once in this time. */
  readonly roundMs: number;
  readonly atNs: Float64Array;
  readonly address: Uint16Array;
  readonly ttl: Uint8Array;
  readonly sequence: Uint32Array;
  /** The longest the pinging process itself was late to its own clock: what a measurement may be wrong by. */
  readonly worstLatenessMs: number;
  readonly refused: number;
}

export interface Gap {
  readonly address: string;
  /** Arrival of the last answer before. */
  readonly fromNs: number;
  /** Arrival of the first answer after. */
  readonly toNs: number;
  readonly ms: number;
  /** Who answered last and who answered first. */
  readonly before: number;
  readonly after: number;
}

/** Bytes of one reply in the record that the pinging process hands over. */
export const recordBytes = 16;

export interface PingRecord {
  readonly atNs: number;
  readonly sequence: number;
  readonly address: number;
  readonly ttl: number;
}

export function writeRecord(into: Buffer, at: number, { atNs, sequence, address, ttl }: PingRecord): void {
  into.writeDoubleLE(atNs, at);
  into.writeUInt32LE(sequence, at + 8);
  into.writeUInt16LE(address, at + 12);
  into.writeUInt8(ttl, at + 14);
}

/** Reads what `writeRecord` wrote, record after record. */
export function readRecords(bytes: Buffer, about: Omit<PingLog, 'atNs' | 'address' | 'ttl' | 'sequence'>): PingLog {
  const count = Math.floor(bytes.length / recordBytes);
  const log = {
    ...about,
    atNs: new Float64Array(count),
    address: new Uint16Array(count),
    ttl: new Uint8Array(count),
    sequence: new Uint32Array(count),
  };
  for (let index = 0; index < count; index++) {
    const at = index * recordBytes;
    log.atNs[index] = bytes.readDoubleLE(at);
    log.sequence[index] = bytes.readUInt32LE(at + 8);
    log.address[index] = bytes.readUInt16LE(at + 12);
    log.ttl[index] = bytes.readUInt8(at + 14);
  }
  return log;
}

/** The longest silence of every address between two answers; null for an address with fewer than two. In order of the addresses. */
export function longestGaps(log: PingLog): (Gap | null)[] {
  const last: (number | undefined)[] = [];
  const gaps: (Gap | null)[] = log.addresses.map(() => null);
  for (const [index, address] of log.address.entries()) {
    const before = last[address];
    if (before !== undefined) {
      const gap = gapBetween(log, before, index);
      if (gap.ms > (gaps[address]?.ms ?? -1)) gaps[address] = gap;
    }
    last[address] = index;
  }
  return gaps;
}

function gapBetween(log: PingLog, first: number, second: number): Gap {
  const [fromNs = 0, toNs = 0] = [log.atNs[first], log.atNs[second]];
  const address = log.addresses[log.address[first] ?? 0] ?? '';
  const [before = 0, after = 0] = [log.ttl[first], log.ttl[second]];
  return { address, fromNs, toNs, ms: (toNs - fromNs) / 1e6, before, after };
}

/** From the last answer of `oldTtl` to the first one of `newTtl`, for every address; null where one of them never came. */
export function handovers(log: PingLog, { oldTtl, newTtl }: { oldTtl: number; newTtl: number }): (Gap | null)[] {
  const lastOld: (number | undefined)[] = [];
  const found: (Gap | null)[] = log.addresses.map(() => null);
  for (const [index, address] of log.address.entries()) {
    const old = lastOld[address];
    if (found[address] !== null) continue;
    if (log.ttl[index] === oldTtl) lastOld[address] = index;
    else if (log.ttl[index] === newTtl && old !== undefined) found[address] = gapBetween(log, old, index);
  }
  return found;
}

/** For every address the arrival of the first answer with this TTL after a moment; null where none came. */
export function firstAnswers(log: PingLog, ttl: number, sinceNs: number): (number | null)[] {
  const firsts: (number | null)[] = log.addresses.map(() => null);
  for (const [index, address] of log.address.entries()) {
    const at = log.atNs[index] ?? 0;
    if (at >= sinceNs && log.ttl[index] === ttl) firsts[address] ??= at;
  }
  return firsts;
}

/** How many answers of `oldTtl` arrived after the first one of `newTtl` for the same address: two owners at once. Over all addresses. */
export function oldAfterNew(log: PingLog, { oldTtl, newTtl }: { oldTtl: number; newTtl: number }): number {
  const firstNew: (number | undefined)[] = [];
  let count = 0;
  for (const [index, address] of log.address.entries()) {
    const first = firstNew[address];
    if (log.ttl[index] === newTtl) firstNew[address] ??= index;
    if (log.ttl[index] === oldTtl && first !== undefined) count += 1;
  }
  return count;
}
