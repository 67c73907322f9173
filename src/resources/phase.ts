/** Where a group is in its life on a node, see group.ts. */
import type { ClaimState } from '../membership/claims.js';

export type GroupPhase =
  | 'unknown'
  | 'probing'
  | 'stopped'
  | 'wanted'
  | 'starting'
  | 'started'
  | 'broken'
  | 'recovering'
  | 'stopping'
  | 'blocked';

/** What the others are told of each phase; null = no claim. */
export const claimState: Readonly<Record<GroupPhase, ClaimState | null>> = {
  unknown: null,
  probing: null,
  stopped: null,
  wanted: 'wanted',
  starting: 'starting',
  started: 'started',
  broken: 'starting',
  recovering: 'starting',
  stopping: 'stopping',
  blocked: 'blocked',
};
