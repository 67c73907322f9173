/** SendArp: announces an address that something else looks after, on an interface that need not have it. */
import { parseIPv4, parseIPv6 } from '../config/ip.js';
import type { HeldAddress } from './addresses/announcer.js';
import { type Announcing, announceOn, announcing, pausesMs } from './announcing.js';
import type { Agent, AgentContext } from './frame/agent.js';
import { type Answer, done, failed, misconfigured, Refusal, running, stopped } from './frame/answer.js';
import { stateFile } from './frame/state-file.js';

/** What is to be announced. Throws a `Refusal`. */
function heldBy({ parameters }: AgentContext): HeldAddress {
  const ip = parameters.need('ip');
  const family = ip.includes(':') ? 6 : 4;
  const address = family === 6 ? parseIPv6(ip) : parseIPv4(ip);
  if (!address.ok) throw new Refusal(misconfigured(`ip: ${address.reason}`));
  return { family, address: address.value, device: parameters.need('nic') };
}

/** `ip/nic`, as Heartbeat's wrapper has it, or `ip nic`. */
function readWords([first = '', second]: readonly string[]): Record<string, string> {
  const [ip = '', ...nic] = first.split('/');
  return { ip, nic: second ?? nic.at(-1) ?? '' };
}

export function sendArpAgent(open: (context: AgentContext) => Announcing): Agent {
  const stateOf = (context: AgentContext) => stateFile('SendArp', context);

  const start = async (context: AgentContext): Promise<Answer> => {
    const state = stateOf(context);
    if ((await state.read()) !== null) return done;
    const held = heldBy(context);
    const neighbours = open(context);
    const why = neighbours.trouble(held.device);
    if (why !== null) return failed(why);
    await neighbours.once(held);
    await state.write('');
    if (context.parameters.flag('background'))
      await announceOn(context.world, held, { kind: 'file', path: state.path });
    else await announceAgain(context, neighbours, held);
    return done;
  };

  return {
    describe: {
      name: 'SendArp',
      version: '1.0',
      shortText: 'Announces an address',
      longText:
        'Tells the neighbours on an interface that this machine has an address (gratuitous ARP in both forms, or neighbour ' +
        'advertisements): at once, and three times more within two seconds. The address itself is left alone.',
      parameters: [
        { name: 'ip', type: 'string', required: true, shortText: 'The address', longText: 'IPv4 or IPv6.' },
        {
          name: 'nic',
          type: 'string',
          required: true,
          shortText: 'The interface',
          longText: 'The network interface on which to announce it.',
        },
        {
          name: 'background',
          type: 'boolean',
          default: 'true',
          shortText: 'Do not wait for the last time',
          longText: 'The start is done after the first time; else after the last.',
        },
      ],
      call: { usage: 'ip/interface', maxWords: 2, read: readWords },
      times: { startS: 20, stopS: 20, monitorS: 20, monitorEveryS: 10 },
    },
    validate: async (context) => {
      heldBy(context);
      return done;
    },
    start,
    stop: async (context) => {
      // What announces in the background ends when the file is gone.
      await stateOf(context).remove();
      return done;
    },
    monitor: async (context) => ((await stateOf(context).read()) === null ? stopped() : running),
  };
}

async function announceAgain({ world }: AgentContext, neighbours: Announcing, held: HeldAddress): Promise<void> {
  for (const ms of pausesMs) {
    await world.sleep(ms);
    await neighbours.once(held);
  }
}

export const sendArp = sendArpAgent(({ world }) =>
  announcing({
    log: (level, text) => {
      if (level === 'warn' || level === 'error') world.say(level, text);
    },
    close: async () => {},
  }),
);
