/** Single values of the files: times, numbers, booleans, words of a list. Each gives the value or the reason why not. */
import { hint } from './nearest.js';
import { quote } from './words.js';

/** A value, with what may surprise about it, or the reason why there is none. */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly remark?: string }
  | { readonly ok: false; readonly reason: string };

export const good = <T>(value: T, remark?: string): Result<T> =>
  remark === undefined ? { ok: true, value } : { ok: true, value, remark };
export const bad = (reason: string): { ok: false; reason: string } => ({ ok: false, reason });

/** What a plain number of ha.cf means, and the units beside it. Heartbeat itself knows only ms and us. */
const unitMs: readonly { readonly name: RegExp; readonly factor: number }[] = [
  { name: /^$/, factor: 1000 },
  { name: /^s(ec(ond)?s?)?$/, factor: 1000 },
  { name: /^m(in(ute)?s?)?$/, factor: 60_000 },
  { name: /^m(illi)?s(ec(ond)?s?)?$/, factor: 1 },
  { name: /^(us|µs|micros)(ec(ond)?s?)?$/, factor: 0.001 },
];

/** node's timers, and Heartbeat's, end here. */
const longestMs = 2 ** 31 - 1;
const hourMs = 3_600_000;

const factorOf = (unit: string): number | undefined => unitMs.find(({ name }) => name.test(unit.toLowerCase()))?.factor;

/**
 * A time greater than zero, in whole milliseconds: `2`, `2s`, `500ms`, `500 ms`, `1.5m`. A number without a unit
 * is seconds, as in Heartbeat. Remarks on what is rounded and on more than an hour.
 */
export function parseTime(text: string): Result<number> {
  const [, number, unit] = /^(\d+\.?\d*|\.\d+)\s*([a-zµ]*)$/i.exec(text.trim()) ?? [];
  if (number === undefined || unit === undefined) return bad(`${quote(text)} is not a time such as 2, 2s or 500ms`);
  const factor = factorOf(unit);
  if (factor === undefined) return bad(`${quote(unit)} is not a unit of time; use s, ms, us or m (minutes)`);
  // Twelve digits hide the noise of binary fractions: 1.1 s is 1100 ms, not 1100.0000000000002.
  const exactMs = Number((Number(number) * factor).toPrecision(12));
  const ms = Math.round(exactMs);
  if (ms === 0) return bad(`${quote(text)} is ${exactMs === 0 ? 'zero' : 'less than half a millisecond'}`);
  if (ms > longestMs) return bad(`${quote(text)} is longer than 24 days`);
  if (ms !== exactMs) return good(ms, `${quote(text)} is rounded to ${ms}ms`);
  if (ms <= hourMs) return good(ms);
  const meant =
    unit === '' ? `; a number without a unit is seconds: if milliseconds were meant, write ${number}ms` : '';
  return good(ms, `${quote(text)} is more than an hour${meant}`);
}

/** `500ms`, `2s`: a time as problems and defaults write it. */
export function formatTime(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/** A decimal number within a range, both ends included. What follows the digits is ignored, with a remark, as Heartbeat does silently. */
export function parseInteger(text: string, min: number, max: number): Result<number> {
  const digits = /^-?\d+/.exec(text)?.[0];
  if (digits === undefined) return bad(`${quote(text)} is not a number`);
  const value = Number(digits);
  if (value < min || value > max) {
    const range = max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `${min} to ${max}`;
    return bad(`${digits} is out of range; it must be ${range}`);
  }
  return good(value, digits === text ? undefined : `${quote(text)} is read as ${digits}`);
}

const booleans = new Map<string, boolean>([
  ...['true', 'on', 'yes', 'y', '1'].map((word) => [word, true] as const),
  ...['false', 'off', 'no', 'n', '0'].map((word) => [word, false] as const),
]);

/** Heartbeat's words for true and false, in any case. */
export function parseBoolean(text: string): Result<boolean> {
  const value = booleans.get(text.toLowerCase());
  return value === undefined ? bad(`${quote(text)} is neither on nor off`) : good(value);
}

/** One of a few words. */
export function parseChoice(text: string, words: readonly string[]): Result<string> {
  return words.includes(text) ? good(text) : bad(`${quote(text)} is not known${hint(text, words, 'possible')}`);
}
