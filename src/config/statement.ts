/** What reading ha.cf works on: one statement at a time, and the draft that it fills. */
import type { Place, Report } from './problems.js';
import type { ApiauthEntry, ClientConfig, HostFacts, MediumConfig, PingNodeConfig } from './types.js';
import type { Word } from './words.js';

/** One line of ha.cf: the directive and its words. */
export interface Statement {
  readonly directive: Word;
  readonly words: readonly Word[];
}

/** The value of a directive that has one, as written and as understood. */
export interface Setting extends Place {
  readonly text: string;
  readonly value: number | boolean | string;
}

/** A medium whose port or speed is not known before the whole file is read: udpport and baud may stand anywhere. */
export interface MediumDraft extends Place {
  readonly description: string;
  /** Whether it takes its port from udpport. */
  readonly usesUdpport: boolean;
  readonly make: (udpport: number, baud: number) => MediumConfig;
}

/** Everything read so far. */
export interface HaCfDraft {
  readonly settings: Map<string, Setting>;
  /** Directives with an error: what depends on their value is not judged. */
  readonly broken: Set<string>;
  /** Lower-case, each once. */
  readonly nodes: Word[];
  readonly media: MediumDraft[];
  readonly pingNodes: { readonly word: Word; readonly config: PingNodeConfig }[];
  /** Whether any line names a medium, even a wrong one. */
  mediaMentioned: boolean;
  readonly environment: Map<string, string>;
  readonly clients: ClientConfig[];
  readonly apiauth: Map<string, ApiauthEntry>;
}

export interface Reading {
  readonly report: Report;
  readonly host: HostFacts;
  readonly draft: HaCfDraft;
}

/** Reads a statement of a directive that is more than one value. */
export type StatementReader = (statement: Statement, reading: Reading) => void;

export function emptyDraft(): HaCfDraft {
  return {
    settings: new Map(),
    broken: new Set(),
    nodes: [],
    media: [],
    pingNodes: [],
    mediaMentioned: false,
    environment: new Map(),
    clients: [],
    apiauth: new Map(),
  };
}

/** The words of a statement by position; reports the first one that is missing and the ones too many. */
export function takeWords(statement: Statement, names: readonly string[], report: Report): Word[] | null {
  const { directive, words } = statement;
  const missing = names[words.length];
  if (missing !== undefined) {
    report.error(directive, `directive "${directive.text}" needs ${names.join(' ')}; ${missing} is missing`);
    return null;
  }
  const extra = words[names.length];
  if (extra) {
    const form = `${directive.text} ${names.join(' ')}`;
    report.warning(extra, `more words than "${form}" has; the rest of the line is ignored, as in Heartbeat`);
  }
  return words.slice(0, names.length);
}
