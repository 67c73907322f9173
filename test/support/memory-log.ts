/** A log that keeps its lines. */
import type { LogLevel } from '../../src/events.js';
import type { Logger } from '../../src/io/seams.js';

/** Each line is "LEVEL: TEXT". */
export function memoryLog(): Logger & { lines: string[] } {
  const lines: string[] = [];
  return { lines, log: (level: LogLevel, text: string) => lines.push(`${level}: ${text}`), close: async () => {} };
}
