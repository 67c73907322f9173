/** What an agent says of itself: its meta-data and the checks of its parameters are made from this. */

export type ParameterType = 'string' | 'integer' | 'boolean';

export interface ParameterDescription {
  /** As operators write it; in the environment `OCF_RESKEY_NAME`. */
  readonly name: string;
  readonly type: ParameterType;
  readonly shortText: string;
  readonly longText: string;
  /** Without one, a parameter that is not given is null. */
  readonly default?: string;
  /** Default false. */
  readonly required?: boolean;
  /** No two resources may have the same value. Default false. */
  readonly unique?: boolean;
  /** Numbers only: both ends included. */
  readonly range?: readonly [min: number, max: number];
}

/** How Heartbeat calls it: words before the verb. */
export interface CallDescription {
  /** For the usage line: `[startdelay [stopdelay]]`. */
  readonly usage: string;
  /** Most words it takes. */
  readonly maxWords: number;
  /** What the words (one at least, `maxWords` at most) say, by parameter. */
  readonly read: (words: readonly string[]) => Readonly<Record<string, string>>;
}

/** Time limits in seconds, as advice to the operator; the cluster manager's own hold. */
export interface ActionTimes {
  readonly startS: number;
  readonly stopS: number;
  readonly monitorS: number;
  /** How often it should be monitored. */
  readonly monitorEveryS: number;
}

export interface AgentDescription {
  /** The name of its executable in resource.d. */
  readonly name: string;
  readonly version: string;
  readonly shortText: string;
  readonly longText: string;
  readonly parameters: readonly ParameterDescription[];
  readonly call: CallDescription;
  readonly times: ActionTimes;
}

/** A call whose words are these parameters, in this order, the later ones optional. */
export function wordsInOrder(...names: readonly string[]): CallDescription {
  const usage = names.reduceRight((rest, name) => `[${name}${rest === '' ? '' : ` ${rest}`}]`, '');
  return {
    usage,
    maxWords: names.length,
    read: (words) => Object.fromEntries(words.flatMap((word, i) => (names[i] === undefined ? [] : [[names[i], word]]))),
  };
}
