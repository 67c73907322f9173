/**
 * The view: which nodes act together. It is the largest set of active nodes that all hear one another both ways; every
 * node computes it from what the others announce, and it is agreed once every member announces the same one.
 */
import { incarnation } from './announcement.js';

/** One node as a candidate for the view. */
export interface Candidate {
  readonly name: string;
  readonly generation: number;
  /** Whom it hears: name to generation. */
  readonly heard: ReadonlyMap<string, { readonly generation: number }>;
  /** How many groups it holds. */
  readonly owns: number;
  /** The view it announces. */
  readonly view: string;
}

export interface View {
  /** Sorted names; empty = this node is in no view. */
  readonly members: readonly string[];
  /** `name:generation` words, sorted: equal texts are equal views. */
  readonly text: string;
}

export const noView: View = { members: [], text: '' };

/**
 * The largest set of candidates around `self` that all hear one another both ways. Ties go to the set that holds more
 * groups, then to the one with the lowest names. Gives noView when `self` is no candidate.
 */
export function computeView(self: string, candidates: readonly Candidate[]): View {
  const own = candidates.find(({ name }) => name === self);
  if (own === undefined) return noView;
  const others = candidates
    .filter((candidate) => candidate !== own && hearEachOther(own, candidate))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  let best: readonly Candidate[] = [own];
  const extend = (set: readonly Candidate[], from: number): void => {
    if (isBetter(set, best)) best = set;
    for (let index = from; index < others.length; index++) {
      const candidate = others[index];
      if (candidate === undefined || set.length + others.length - index < best.length) return;
      if (set.every((member) => hearEachOther(member, candidate))) extend([...set, candidate], index + 1);
    }
  };
  extend([own], 0);
  return makeView(best);
}

/** Whether every member announces exactly this view. `announced` gives a member's announced view text, undefined when it has none. */
export function isAgreed(view: View, announced: (name: string) => string | undefined): boolean {
  return view.members.length > 0 && view.members.every((name) => announced(name) === view.text);
}

function makeView(members: readonly Candidate[]): View {
  const sorted = [...members].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    members: sorted.map(({ name }) => name),
    text: sorted.map(({ name, generation }) => incarnation(name, generation)).join(' '),
  };
}

function hearEachOther(a: Candidate, b: Candidate): boolean {
  return a.heard.get(b.name)?.generation === b.generation && b.heard.get(a.name)?.generation === a.generation;
}

function isBetter(set: readonly Candidate[], best: readonly Candidate[]): boolean {
  if (set.length !== best.length) return set.length > best.length;
  const owns = (members: readonly Candidate[]) => members.reduce((sum, member) => sum + member.owns, 0);
  if (owns(set) !== owns(best)) return owns(set) > owns(best);
  return makeView(set).text < makeView(best).text;
}
