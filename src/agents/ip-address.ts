/** IPaddr, IPaddr2 and IPv6addr as executables, on the code that the daemon uses. */
import { parseAddress } from '../config/address.js';
import { reportTo } from '../config/problems.js';
import type { AddressConfig, Problem, ResourceConfig } from '../config/types.js';
import type { Operation, ResourceOutcome } from '../events.js';
import { type AddressAgent, type AddressAgentOptions, createAddressAgent } from './addresses/agent.js';
import { announceOn, deviceWith } from './announcing.js';
import type { Agent, AgentContext } from './frame/agent.js';
import { type Answer, done, failed, misconfigured, notInstalled, Refusal, running, stopped } from './frame/answer.js';
import type { CallDescription, ParameterDescription } from './frame/description.js';
import type { World } from './frame/world.js';

/** What differs between the three. */
export interface AddressAgentKind {
  readonly name: string;
  readonly shortText: string;
  /** Null: either. */
  readonly family: 4 | 6 | null;
  /** What the parameter with the address is called: as in the resource-agents package. */
  readonly ipParameter: string;
}

/** The parts that touch the machine; tests have their own. */
export interface AddressParts {
  readonly create: (options: AddressAgentOptions) => Pick<AddressAgent, 'run' | 'close'>;
  /** The interface that has an address. */
  readonly deviceWith: (address: string) => Promise<string | null>;
}

const realParts: AddressParts = { create: createAddressAgent, deviceWith };

function parameters({ ipParameter, family }: AddressAgentKind): ParameterDescription[] {
  const six = family === 6;
  const all: ParameterDescription[] = [
    {
      name: ipParameter,
      type: 'string',
      required: true,
      unique: true,
      shortText: 'The address',
      longText: six ? 'The IPv6 address.' : 'The address: IPv4 or IPv6.',
    },
    {
      name: 'cidr_netmask',
      type: 'string',
      shortText: 'Length of the prefix',
      longText: 'Bits, or for IPv4 a netmask such as 255.255.255.0. Without it, that of the route to the address.',
    },
    {
      name: 'nic',
      type: 'string',
      shortText: 'The interface',
      longText: 'The network interface, also with a label: eth0:web. Without it, that of the route to the address.',
    },
    {
      name: 'iflabel',
      type: 'string',
      shortText: 'A label (IPv4)',
      longText: 'A name for this address that ip and ifconfig show behind that of the interface.',
    },
    {
      name: 'broadcast',
      type: 'string',
      shortText: 'The broadcast address (IPv4)',
      longText: 'Without it, that of the network.',
    },
  ];
  return six ? all.slice(0, 3) : all;
}

/** `ip[/prefix[/nic[:label][/broadcast]]]`. Heartbeat cuts its words at `::`, and so an IPv6 address in two: they are put together again. */
function call({ ipParameter }: AddressAgentKind): CallDescription {
  return {
    usage: 'ip[/prefix[/interface[:label][/broadcast]]]',
    maxWords: 2,
    read: (words) => {
      const [ip = '', prefix = '', third = '', fourth = ''] = words.join('::').split('/');
      const isBroadcast = fourth === '' && /^[\d.]+$/.test(third) && third.includes('.');
      const [nic, broadcast] = isBroadcast ? ['', third] : [third, fourth];
      return { [ipParameter]: ip, cidr_netmask: prefix, nic, broadcast };
    },
  };
}

/** What the parameters say; an interface is not looked for. Throws a `Refusal`. */
function addressOf({ parameters }: AgentContext, { ipParameter, family }: AddressAgentKind): AddressConfig {
  const read = (name: string): string =>
    (family === 6 && /iflabel|broadcast/.test(name) ? '' : parameters.text(name)) ?? '';
  const ip = parameters.need(ipParameter);
  const [prefix, nic, broadcast, label] = ['cidr_netmask', 'nic', 'broadcast', 'iflabel'].map(read);
  const place = (text: string) => ({ text, line: 1, column: 1 });
  // Where there is no prefix, one stands in its place, so that what follows is read.
  const rest = [prefix || (ip.includes(':') ? '128' : '32'), nic, broadcast].filter(Boolean).join('/');
  const problems: Problem[] = [];
  const interfaces = nic ? [nic.replace(/:.*/, '')] : [];
  const address = parseAddress(place(`${ip}/${rest}`), { interfaces, family, report: reportTo(problems, '') });
  const wrong = problems.find(({ severity }) => severity === 'error');
  if (address === null) throw new Refusal(misconfigured(wrong?.text ?? `${ip} is not an address`));
  if (label && !/^[\w.-]{1,14}$/.test(label)) throw new Refusal(misconfigured(`${label} is not a label`));
  return { ...address, prefix: prefix ? address.prefix : null, label: label || address.label };
}

/** In the shape that the daemon's agent takes. */
function resourceOf(agent: string, address: AddressConfig, limitMs: number): ResourceConfig {
  return {
    name: `${agent}::${address.address}`,
    agent,
    args: [],
    parameters: {},
    class: 'builtin',
    path: null,
    address,
    timeouts: { startMs: limitMs, stopMs: limitMs, statusMs: limitMs, monitorMs: limitMs },
    watch: { intervalMs: null, onFail: 'ignore', migrationThreshold: 0, failureTimeoutMs: null },
  };
}

const answers: Readonly<Record<ResourceOutcome['outcome'], (text: string) => Answer>> = {
  succeeded: () => done,
  running: () => running,
  stopped,
  failed,
  timedOut: failed,
};

function loggerOf(world: World): AddressAgentOptions['log'] {
  return {
    log: (level, text) => {
      if (level === 'warn' || level === 'error') world.say(level, text);
    },
    close: async () => {},
  };
}

/** Whether the interface is there; whether it is up is seen at the start. */
async function validate(context: AgentContext, kind: AddressAgentKind): Promise<Answer> {
  const { device } = addressOf(context, kind);
  if (!(await context.world.hasProgram('ip'))) return notInstalled('there is no program ip (package iproute2)');
  const interfaces = (await context.world.read('/proc/self/net/dev')) ?? '';
  const names = [...interfaces.matchAll(/^\s*([^\s:]+):/gm)].map(([, name]) => name);
  return device === null || names.includes(device) ? done : notInstalled(`interface ${device} does not exist`);
}

/** Tells the neighbours again for a while. That it cannot is told; the address is up all the same. */
async function goOnAnnouncing({ world }: AgentContext, config: AddressConfig, parts: AddressParts): Promise<void> {
  const { family, address } = config;
  try {
    const device = config.device ?? (await parts.deviceWith(address));
    if (device !== null) await announceOn(world, { family, address, device }, { kind: 'address' });
  } catch (error) {
    world.say('warn', `${address} was announced only once: ${(error as Error).message}`);
  }
}

/** An executable for addresses. */
export function ipAddressAgent(kind: AddressAgentKind, parts: AddressParts = realParts): Agent {
  const { name, shortText } = kind;
  const perform = async (operation: Operation, context: AgentContext): Promise<Answer> => {
    const { limitMs, world } = context;
    const address = addressOf(context, kind);
    const agent = parts.create({ log: loggerOf(world), warm: false, repeatMs: [] });
    try {
      const [outcome] = await agent.run(operation, [resourceOf(name, address, limitMs)], limitMs);
      if (outcome === undefined) return failed('there is no answer about the address');
      if (outcome.outcome === 'succeeded' && operation === 'start') await goOnAnnouncing(context, address, parts);
      return answers[outcome.outcome](outcome.text);
    } finally {
      agent.close();
    }
  };
  return {
    describe: {
      name,
      version: '1.0',
      shortText,
      longText:
        'Adds an address to an interface and tells the neighbours (gratuitous ARP in both forms, or neighbour advertisements): at ' +
        'once, and three times more within two seconds.',
      parameters: parameters(kind),
      call: call(kind),
      times: { startS: 20, stopS: 20, monitorS: 20, monitorEveryS: 10 },
    },
    validate: (context) => validate(context, kind),
    start: (context) => perform('start', context),
    stop: (context) => perform('stop', context),
    monitor: (context) => perform('monitor', context),
  };
}

export const ipaddr = ipAddressAgent({
  name: 'IPaddr',
  shortText: 'A virtual address',
  family: null,
  ipParameter: 'ip',
});

export const ipaddr2 = ipAddressAgent({
  name: 'IPaddr2',
  shortText: 'A virtual address',
  family: null,
  ipParameter: 'ip',
});

export const ipv6addr = ipAddressAgent({
  name: 'IPv6addr',
  shortText: 'A virtual IPv6 address',
  family: 6,
  ipParameter: 'ipv6addr',
});
