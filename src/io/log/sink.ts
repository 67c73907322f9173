/** Where finished log lines go: one interface for files, standard error and syslog. */
import type { LogEntry } from './lines.js';

/** Takes entries; never throws and never waits. What cannot be written is counted. */
export interface LogSink {
  write(entry: LogEntry): void;
  /** Opens its file anew before the next line (after a rotation). Nothing to do where there is no file. */
  reopen(): void;
  /** Resolves once everything taken is written, or when it is clear that it cannot be now. */
  drained(): Promise<void>;
  /** Lets go of its descriptor. */
  close(): void;
  /** Lines that were thrown away since the start. */
  readonly lost: number;
}

/** Told when a sink starts to fail and when it works again; one plain sentence. */
export type TroubleReport = (text: string) => void;
