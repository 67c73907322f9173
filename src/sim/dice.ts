/** Seeded random numbers: the only chance there is in the simulated world. */

/** Chris Doty-Humphrey's sfc32 (public domain): fast, 128 bits of state, passes PractRand. */
export class Dice {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** `seed`: any integer up to 2^53; different seeds give unrelated rows. */
  constructor(seed: number) {
    this.a = seed | 0;
    this.b = Math.floor(seed / 4294967296) | 0;
    this.c = 0x5eed_b00c | 0;
    // Neighbouring seeds start alike; a dozen rounds make them unrelated (the author's recommendation).
    for (let round = 0; round < 12; round++) this.uint32();
  }

  /** 0 to 2^32 - 1. */
  uint32(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + sum) | 0;
    return sum >>> 0;
  }

  /** A number from 0 up to but not including 1. */
  fraction(): number {
    return this.uint32() / 4294967296;
  }

  /** True with this probability. Takes no number for 0 or less. */
  chance(probability: number): boolean {
    return probability > 0 && this.fraction() < probability;
  }

  /** A number from `low` up to but not including `high`. */
  between(low: number, high: number): number {
    return low + (high - low) * this.fraction();
  }

  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  /** One of the list's entries; throws a RangeError when it is empty. */
  pick<T>(list: readonly T[]): T {
    const index = this.integer(0, list.length - 1);
    if (index < 0 || index >= list.length) throw new RangeError('nothing to pick from');
    return list[index] as T;
  }

  /** A number row of its own, so that more or fewer throws here do not change what is thrown there. */
  fork(): Dice {
    return new Dice(this.uint32() + this.uint32() * 65536);
  }
}
