/** Keys of resources.ini that say how long a resource's actions may take, and how it is watched. */
import { checked, parseTimeOr } from './ini-values.js';
import type { Report } from './problems.js';
import type { Timeouts, Watch } from './types.js';
import { good, parseChoice, parseInteger, parseTime, type Result } from './values.js';
import type { Word } from './words.js';

/** What is said of one resource. A key that is not given is absent. */
export interface ResourceSettings {
  readonly timeouts: Partial<Timeouts>;
  readonly watch: Partial<Watch>;
}

type Draft = {
  readonly timeouts: { -readonly [Key in keyof Timeouts]?: Timeouts[Key] };
  readonly watch: { -readonly [Key in keyof Watch]?: Watch[Key] };
};

export const newResourceDraft = (): Draft => ({ timeouts: {}, watch: {} });

type Store = (text: string, draft: Draft) => Result<unknown>;

const timeout =
  (key: keyof Timeouts): Store =>
  (text, { timeouts }) =>
    kept(parseTime(text), (ms) => {
      timeouts[key] = ms;
    });

function kept<T>(result: Result<T>, keep: (value: T) => void): Result<T> {
  if (result.ok) keep(result.value);
  return result;
}

/** A day is no surprise here. */
const withUnit = <T>(text: string, result: Result<T>): Result<T> =>
  result.ok && /[a-z]$/i.test(text) ? good(result.value) : result;

const failures = [...'restart move ignore'.split(' ')] as const;

/** Nothing but the three words gets through. */
const parseOnFail = (text: string): Result<Watch['onFail']> => {
  const choice = parseChoice(text, failures);
  return choice.ok ? good(text as Watch['onFail']) : choice;
};

/** The table. */
const stores: ReadonlyMap<string, Store> = new Map<string, Store>([
  ['start-timeout', timeout('startMs')],
  ['stop-timeout', timeout('stopMs')],
  ['status-timeout', timeout('statusMs')],
  ['monitor-timeout', timeout('monitorMs')],
  [
    'monitor-interval',
    (text, { watch }) =>
      kept(parseTimeOr(text, ['off', '0']), (ms) => {
        watch.intervalMs = ms;
      }),
  ],
  [
    'on-fail',
    (text, { watch }) =>
      kept(parseOnFail(text), (word) => {
        watch.onFail = word;
      }),
  ],
  [
    'migration-threshold',
    (text, { watch }) =>
      kept(parseInteger(text, 0, 1_000_000), (count) => {
        watch.migrationThreshold = count;
      }),
  ],
  [
    'failure-timeout',
    (text, { watch }) =>
      kept(withUnit(text, parseTimeOr(text, ['never'])), (ms) => {
        watch.failureTimeoutMs = ms;
      }),
  ],
]);

/** The names of these keys. */
export const resourceKeys: readonly string[] = [...stores.keys()];

/** Reads one of these keys into the draft. */
export function readResourceKey(key: string, value: Word, draft: Draft, report: Report): void {
  const store = stores.get(key);
  if (store) checked(value, store(value.text, draft), report);
}
