/** A group's resources as steps: what can be done in one go. */
import type { GroupConfig, ResourceConfig } from '../config/types.js';
import type { Milliseconds, Operation } from '../events.js';

/** One resource, or neighbouring built-in addresses that go up and down together. Left to right as in haresources. */
export type Step = readonly ResourceConfig[];

/** Cuts the line into steps. */
export function planSteps(group: GroupConfig): readonly Step[] {
  const steps: ResourceConfig[][] = [];
  for (const resource of group.resources) {
    const last = steps.at(-1);
    if (last?.[0]?.address && resource.address) last.push(resource);
    else steps.push([resource]);
  }
  return steps;
}

/** The longest time limit among a step's resources. */
export function stepTimeoutMs(step: Step, operation: Operation): Milliseconds {
  const key = `${operation}Ms` as const;
  return Math.max(...step.map(({ timeouts }) => timeouts[key]));
}

/** The resources' names for a log line, shortened when there are many. */
export function stepNames(resources: readonly { readonly name: string }[]): string {
  const names = resources.slice(0, 3).map(({ name }) => name);
  const rest = resources.length - names.length;
  return `${names.join(' ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
