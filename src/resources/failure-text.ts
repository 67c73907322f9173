/** A failed action in words. */
import type { Operation, ResourceOutcome } from '../events.js';

/** `start of mysql failed with exit code 1: no space left`. */
export function describeFailure(operation: Operation, { resource, outcome, exitCode, text }: ResourceOutcome): string {
  const how = outcome === 'timedOut' ? 'timed out' : exitCode === null ? 'failed' : `failed with exit code ${exitCode}`;
  return `${operation} of ${resource} ${how}${text === '' ? '' : `: ${text}`}`;
}
