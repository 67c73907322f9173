/** The agents that live in the daemon: addresses. */
import { createAddressAgent } from '../../agents/addresses/agent.js';
import type { AddressConfig, ClusterConfig, ResourceConfig } from '../../config/types.js';
import type { KernelNews } from '../kernel-news.js';
import type { Logger } from '../seams.js';
import type { AgentClass } from './agent-class.js';

export interface BuiltinClass {
  readonly run: AgentClass;
  /** Announces addresses again that are up. */
  announce(resources: readonly ResourceConfig[]): void;
  /** Announces addresses that are down here for the node that kept them. */
  announceFor(node: string, resources: readonly ResourceConfig[]): void;
  /** Gets ready for the addresses of a configuration, so that the first takeover finds everything prepared. */
  prepare(config: ClusterConfig): void;
  /** What keeps addresses that are up from answering, in plain words. */
  problems(): string[];
  close(): void;
}

export interface BuiltinOptions {
  readonly log: Logger;
  readonly warm: boolean;
  /** Where deletions of addresses are heard of; without it none is noticed. */
  readonly news?: KernelNews | undefined;
  /** Something else took resources (by name) away. */
  readonly onLost?: ((resources: readonly string[], text: string) => void) | undefined;
}

function addressesOf(config: ClusterConfig): AddressConfig[] {
  const resources = config.groups.flatMap((group) => group.resources);
  return resources.flatMap(({ address }) => (address === null ? [] : [address]));
}

/** The address agent, made only where there are addresses: it keeps a process waiting for work (when `warm`). */
export function builtinClass(options: BuiltinOptions): BuiltinClass {
  let agent: ReturnType<typeof createAddressAgent> | null = null;
  const ready = (addresses: readonly AddressConfig[]): ReturnType<typeof createAddressAgent> => {
    agent ??= createAddressAgent({ ...options, addresses });
    return agent;
  };
  return {
    run: (operation, resources, timeoutMs) => ready([]).run(operation, resources, timeoutMs),
    announce(resources) {
      agent?.announce(resources);
    },
    announceFor(node, resources) {
      agent?.announceFor(node, resources);
    },
    prepare(config) {
      const addresses = addressesOf(config);
      if (addresses.length > 0) ready(addresses);
    },
    problems: () => agent?.problems() ?? [],
    close: () => agent?.close(),
  };
}
