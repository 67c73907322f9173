/** Counts repeated lines instead of writing them. */
import type { LogLevel } from '../../events.js';

export interface Throttle {
  /** True when the line is to be written now; false when it is only counted. */
  admit(key: string, level: LogLevel, text: string): boolean;
  /** Tells all counts there are, and forgets the keys. */
  flush(): void;
}

export interface ThrottleOptions {
  /** How long repeats of a key are counted after a written line. */
  readonly windowMs: number;
  /** Writes the line that tells a count. */
  readonly tell: (level: LogLevel, text: string) => void;
  /** Most keys at a time; the oldest one is told and forgotten for a new one. */
  readonly maxKeys?: number;
}

interface Window {
  level: LogLevel;
  text: string;
  repeats: number;
  endsAtMs: number;
}

/**
 * The first line of a key is written. Repeats within the window are counted and told at its end as one line, which
 * opens the next window: a lasting flood gives one line a window. The timer does not keep the process alive.
 */
export function createThrottle(options: ThrottleOptions): Throttle {
  // In order of insertion, which is the order of endsAtMs, since all windows are of one length.
  const windows = new Map<string, Window>();
  let timer: NodeJS.Timeout | null = null;

  const tell = (window: Window): void => {
    if (window.repeats === 0) return;
    const times = window.repeats === 1 ? 'once' : `${window.repeats} times`;
    options.tell(window.level, `${window.text} (repeated ${times} in ${options.windowMs / 1000} s)`);
  };

  const expire = (): void => {
    timer = null;
    const nowMs = performance.now();
    for (const [key, window] of windows) {
      if (window.endsAtMs > nowMs) break;
      windows.delete(key);
      tell(window);
      if (window.repeats > 0) windows.set(key, { ...window, repeats: 0, endsAtMs: nowMs + options.windowMs });
    }
    arm();
  };

  const arm = (): void => {
    const first = windows.values().next().value;
    if (timer !== null || first === undefined) return;
    timer = setTimeout(expire, Math.max(1, first.endsAtMs - performance.now()));
    timer.unref();
  };

  const forgetOldest = (): void => {
    const [key, window] = windows.entries().next().value ?? [];
    if (key === undefined || window === undefined) return;
    windows.delete(key);
    tell(window);
  };

  return {
    admit(key, level, text) {
      const window = windows.get(key);
      if (window !== undefined) {
        Object.assign(window, { level, text, repeats: window.repeats + 1 });
        return false;
      }
      if (windows.size >= (options.maxKeys ?? 500)) forgetOldest();
      windows.set(key, { level, text, repeats: 0, endsAtMs: performance.now() + options.windowMs });
      arm();
      return true;
    },
    flush() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      const all = [...windows.values()];
      windows.clear();
      for (const window of all) tell(window);
    },
  };
}
