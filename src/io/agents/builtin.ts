/** The agents that live in the daemon: addresses. */
import { createAddressAgent } from '../../agents/addresses/agent.js';
import type { Logger } from '../seams.js';
import type { AgentClass } from './agent-class.js';

/** The address agent, made when it is first needed: it may keep helpers that wait for work. */
export function builtinClass(log: Logger): { readonly run: AgentClass; close(): void } {
  let agent: ReturnType<typeof createAddressAgent> | null = null;
  return {
    run: (operation, resources, timeoutMs) => {
      agent ??= createAddressAgent({ log });
      return agent.run(operation, resources, timeoutMs);
    },
    close: () => agent?.close(),
  };
}
