/** The agents in resource.d, by name. Each is loaded when it is called, and no other. */
import type { Agent } from './frame/agent.js';

export const agents: Readonly<Record<string, () => Promise<Agent>>> = {
  Delay: async () => (await import('./delay.js')).delay,
  Dummy: async () => (await import('./dummy.js')).dummy,
  IPaddr: async () => (await import('./ip-address.js')).ipaddr,
  IPaddr2: async () => (await import('./ip-address.js')).ipaddr2,
  IPv6addr: async () => (await import('./ip-address.js')).ipv6addr,
  SendArp: async () => (await import('./send-arp.js')).sendArp,
};
