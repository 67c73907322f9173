/** The shape of an agent: a description and four actions, which know the machine only by the world they are given. */
import type { Answer } from './answer.js';
import type { AgentDescription } from './description.js';
import type { Parameters } from './parameters.js';
import type { World } from './world.js';

/** What one call of an agent is about. */
export interface AgentContext {
  readonly parameters: Parameters;
  /** The resource's name, fit to be part of a file's name: tells two resources of one agent apart. */
  readonly instance: string;
  /** A look whether it runs, where it need not: nothing is wrong with "stopped". */
  readonly isProbe: boolean;
  /** What the cluster manager gives this action, in milliseconds. */
  readonly limitMs: number;
  readonly world: World;
}

/**
 * An action gives an answer, or throws a `Refusal`; any other error is a failure with its message. The parameters are
 * complete and of their types by then.
 */
export type Act = (context: AgentContext) => Promise<Answer>;

export interface Agent {
  readonly describe: AgentDescription;
  /** Does nothing where it runs already. */
  readonly start: Act;
  /** Does nothing where it is stopped already. */
  readonly stop: Act;
  /** `running`, `stopped`, or a failure: it is there, but not as it should be. */
  readonly monitor: Act;
  /** Whether it could be started here: `done` or why not. Also asked before every start. */
  readonly validate: Act;
}
