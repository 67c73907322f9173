/**
 * A bounded queue of lines in front of something that writes bytes and may fail. One write is under way at a time; a
 * failed one is tried again after a pause with what is left of it, so a short trouble loses nothing. When the queue is
 * full the newest lines are thrown away and counted, and the count is written in their place once there is room.
 */

/** What the queue writes to. `write` gives the number of bytes written, or rejects. */
export interface ByteTarget {
  write(bytes: Buffer): Promise<number>;
}

export interface LineQueueOptions {
  readonly target: ByteTarget;
  /** Most characters that wait at any time. */
  readonly maxQueuedCharacters: number;
  /** Pause after a failed write, in ms. */
  readonly retryMs: number;
  /** The line (with newline) that stands in the place of `count` lost ones. */
  readonly lostLine: (count: number, reason: string) => string;
  /** Called at the first failure of a row, and with null when a write succeeds after failures. */
  readonly onTrouble: (reason: string | null) => void;
}

export interface LineQueue {
  push(line: string): void;
  drained(): Promise<void>;
  close(): void;
  readonly lost: number;
}

const maxBatchCharacters = 65_536;

/** Makes an empty queue. Its timer does not keep the process alive. */
export function createLineQueue(options: LineQueueOptions): LineQueue {
  let lines: string[] = [];
  let queuedCharacters = 0;
  let rest: Buffer | null = null;
  let busy = false;
  let closed = false;
  let failure: string | null = null;
  let lostNow = 0;
  let lostInAll = 0;
  let retry: NodeJS.Timeout | null = null;
  let waiting: (() => void)[] = [];

  const enqueue = (line: string): void => {
    lines.push(line);
    queuedCharacters += line.length;
  };

  const tellLost = (): void => {
    if (lostNow === 0) return;
    enqueue(options.lostLine(lostNow, failure ?? 'the queue was full'));
    lostNow = 0;
  };

  const release = (): void => {
    const all = waiting;
    waiting = [];
    for (const done of all) done();
  };

  const takeBatch = (): Buffer => {
    let characters = 0;
    let count = 0;
    while (count < lines.length && characters < maxBatchCharacters) characters += lines[count++]?.length ?? 0;
    const batch = lines.slice(0, count).join('');
    lines = lines.slice(count);
    queuedCharacters -= characters;
    return Buffer.from(batch);
  };

  const failed = (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    if (failure === null) options.onTrouble(reason);
    failure = reason;
    release();
    retry = setTimeout(() => {
      retry = null;
      pump();
    }, options.retryMs);
    retry.unref();
  };

  const written = (count: number): void => {
    if (count < 1) throw new Error('nothing could be written');
    rest = rest !== null && count < rest.length ? rest.subarray(count) : null;
    if (failure === null) return;
    // The count of lost lines goes in here, behind those that waited and before those to come.
    tellLost();
    failure = null;
    options.onTrouble(null);
  };

  const pump = (): void => {
    if (busy || retry !== null || closed) return;
    if (rest === null) {
      if (lines.length === 0) tellLost();
      if (lines.length === 0) {
        release();
        return;
      }
      rest = takeBatch();
    }
    busy = true;
    options.target
      .write(rest)
      .then(written)
      .catch(failed)
      .finally(() => {
        busy = false;
        pump();
      });
  };

  return {
    push(line) {
      if (closed) return;
      if (queuedCharacters + line.length > options.maxQueuedCharacters) {
        lostNow += 1;
        lostInAll += 1;
      } else {
        tellLost();
        enqueue(line);
      }
      pump();
    },
    drained: () =>
      new Promise((resolve) => {
        if (failure !== null || (!busy && rest === null && lines.length === 0)) return resolve();
        waiting.push(resolve);
      }),
    close() {
      closed = true;
      if (retry !== null) clearTimeout(retry);
      release();
    },
    get lost() {
      return lostInAll;
    },
  };
}
