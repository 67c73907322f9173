/** The agents in resource.d, by name. Each is loaded when it is called, and no other. */
import type { Agent } from './frame/agent.js';

export const agents: Readonly<Record<string, () => Promise<Agent>>> = {
  Delay: async () => (await import('./delay.js')).delay,
  Dummy: async () => (await import('./dummy.js')).dummy,
  IPaddr: async () => (await import('./ip-address.js')).ipaddr,
  IPaddr2: async () => (await import('./ip-address.js')).ipaddr2,
  IPv6addr: async () => (await import('./ip-address.js')).ipv6addr,
  SendArp: async () => (await import('./send-arp.js')).sendArp,
  conntrackd: async () => (await import('./conntrackd.js')).conntrackd,
  'ipvs-sync': async () => (await import('./ipvs-sync.js')).ipvsSync,
  rabbitmq: async () => (await import('./rabbitmq.js')).rabbitmq,
  mysql: async () => (await import('./mysql.js')).mysql,
  sysctl: async () => (await import('./sysctl.js')).sysctl,
};
