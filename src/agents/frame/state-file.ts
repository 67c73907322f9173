/** What a start leaves behind for monitor and stop: one file a resource, which the next boot finds gone. */
import type { AgentContext } from './agent.js';

export interface StateFile {
  readonly path: string;
  /** Null: not started. */
  read(): Promise<string | null>;
  write(text: string): Promise<void>;
  remove(): Promise<void>;
}

export function stateFile(agent: string, { world, instance }: Pick<AgentContext, 'world' | 'instance'>): StateFile {
  const path = `${world.stateDir}/${agent}-${instance}.state`;
  return {
    path,
    read: () => world.read(path),
    write: (text) => world.replace(path, text),
    remove: () => world.remove(path),
  };
}
