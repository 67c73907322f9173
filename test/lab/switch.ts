/** The lab's switch: one namespace with a bridge per network and a port per node and network. It also keeps the nodes' disks. */
import { readFileSync } from 'node:fs';
import { type Namespace, startNamespace } from './namespace.js';
import { openPortControl, portState } from './netlink.js';
import { must } from './run.js';

/** One cable: a node's interface `network` and its port in the switch. */
export interface Cable {
  readonly node: string;
  readonly network: string;
  readonly mac: string;
}

/** Seen from the node: what it sends (`from`), what it receives (`to`). */
export type Direction = 'from' | 'to';

export interface Switch {
  readonly namespace: Namespace;
  /** Connects a node's namespace: the interfaces appear there, down and without addresses. */
  connect(cables: readonly Cable[], node: Namespace): Promise<void>;
  /** Takes the cables away, at both ends. Ports without a cable are left alone. */
  disconnect(cables: readonly Cable[]): Promise<void>;
  /** Opens (true) or closes ports for both directions, in microseconds, all of them at once. */
  open(cables: readonly Cable[], on: boolean): void;
  /** Sets the carrier: false is a pulled cable, which the node sees at once. */
  carrier(cable: Cable, on: boolean): Promise<void>;
  /** Drops this part (0 to 1) of the packets of one direction. */
  lose(cable: Cable, direction: Direction, part: number): Promise<void>;
  close(): void;
}

/** Starts the switch with a bridge for each network. */
export async function startSwitch(lab: string, networks: readonly string[]): Promise<Switch> {
  const namespace = await startNamespace({ lab, setup: setup(networks) });
  const control = openPortControl(namespace.pid);
  const ports = new Map<string, number>();
  const batch = (lines: string[]) =>
    must(namespace.enterNetwork(['ip', '-batch', '-']), { input: `${lines.join('\n')}\n` });
  return {
    namespace,
    connect: async (cables, node) => {
      await batch(cables.flatMap((cable) => plug(cable, node.pid)));
      for (const cable of cables) ports.set(portName(cable), portNumber(namespace, portName(cable)));
    },
    disconnect: async (cables) => {
      const known = cables.map(portName).filter((port) => ports.delete(port));
      if (known.length > 0) await batch(known.map((port) => `link del ${port}`));
    },
    open: (cables, on) => {
      const numbers = cables.map((cable) => ports.get(portName(cable)) ?? 0);
      control.set(numbers, on ? portState.forwarding : portState.disabled);
    },
    carrier: async (cable, on) => {
      await batch([`link set ${portName(cable)} ${on ? 'up' : 'down'}`]);
    },
    lose: (cable, direction, part) => lose(namespace, cable, direction, part),
    close: () => {
      control.close();
      namespace.kill();
    },
  };
}

function setup(networks: readonly string[]): string {
  const bridges = networks.flatMap((network) => [
    `ip link add br.${network} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
    `ip link set br.${network} up`,
  ]);
  return [
    'mount -t tmpfs -o mode=755 lab-disks /run',
    'mkdir /run/disk',
    'mount -t sysfs lab-sys /sys',
    'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6',
    ...bridges,
  ].join('\n');
}

function plug(cable: Cable, pid: number): string[] {
  const port = portName(cable);
  return [
    `link add ${port} type veth peer name ${cable.network} address ${cable.mac} netns ${pid}`,
    `link set ${port} master br.${cable.network} up`,
  ];
}

function portName({ node, network }: Cable): string {
  return `${node}.${network}`;
}

function portNumber(namespace: Namespace, port: string): number {
  return Number(readFileSync(namespace.path(`/sys/class/net/${port}/ifindex`), 'utf8'));
}

/**
 * A packet filter on the port, in classic BPF, the only classifier every kernel with bridges has: drops a packet when a random
 * 32-bit number is below `part` of its range. What the node sends enters the switch (ingress), what it receives leaves it (egress).
 */
async function lose(namespace: Namespace, cable: Cable, direction: Direction, part: number): Promise<void> {
  const port = portName(cable);
  const hook = direction === 'from' ? 'ingress' : 'egress';
  const tc = (...args: string[]) => must(namespace.enterNetwork(['tc', ...args]));
  await tc('qdisc', 'replace', 'dev', port, 'clsact');
  await tc('filter', 'del', 'dev', port, hook);
  if (part <= 0) return;
  const drop = '6 0 0 2';
  const pass = '6 0 0 0';
  const random = '32 0 0 4294963256';
  const code = part >= 1 ? `1,${drop}` : `4,${random},53 1 0 ${Math.floor(part * 2 ** 32)},${drop},${pass}`;
  await tc('filter', 'add', 'dev', port, hook, 'bpf', 'da', 'bytecode', code);
}
