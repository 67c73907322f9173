/** What one action leaves for the next: in a file that the next boot finds gone, named after the node, however it is called. */
import type { AgentContext } from '../frame/agent.js';
import { filesOf } from './broker.js';

export interface Memory {
  /** epmd was not there before the start. */
  readonly ownMapper: boolean;
  /** How many times it has been monitored since the node itself was asked. */
  readonly looks: number;
  /** The broker's process when it was seen last; 0: never. */
  readonly pid: number;
}

const pathOf = (context: AgentContext): string => `${context.world.stateDir}/rabbitmq-${filesOf(context).node}.state`;

export async function recall(context: AgentContext): Promise<Memory> {
  const [mapper, looks, pid] = ((await context.world.read(pathOf(context))) ?? '').split(' ');
  return { ownMapper: mapper === 'own', looks: Number(looks) || 0, pid: Number(pid) || 0 };
}

export function remember(context: AgentContext, { ownMapper, looks, pid }: Memory): Promise<void> {
  return context.world.replace(pathOf(context), `${ownMapper ? 'own' : 'other'} ${looks} ${pid}`);
}

export const forget = (context: AgentContext): Promise<void> => context.world.remove(pathOf(context));
