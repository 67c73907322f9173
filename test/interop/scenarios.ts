/** What is done to a pair, step by step. After every step the pair must come to rest with one owner of each group. */
import { configFolder } from '../lab/cluster-files.js';
import { until } from '../lab/run.js';
import { type Cell, isMixed, type Name, names, otherThan, type Product } from './cell.js';
import { type InteropPair, timingOf } from './interop-pair.js';
import { allOn, home, type Owners, type Which } from './member.js';

export interface Step {
  readonly what: string;
  readonly act: (pair: InteropPair) => Promise<void> | void;
  /** Who owns what afterwards; null: each group has one owner, whichever. */
  readonly owners: Owners | null;
  /** Nothing moves, and no client notices. */
  readonly isQuiet?: boolean;
  /** Each group that moves is stopped once and started once, and no other. Quiet steps are counted too. */
  readonly isCounted?: boolean;
  /** Two nodes may own the same group meanwhile: they cannot know of each other. */
  readonly splits?: boolean;
  /** How long (ms) a client may be without an answer. */
  readonly silenceLimitMs?: number;
}

export interface Scenario {
  readonly name: string;
  /** Whether the nodes are off before, or both up with every group at home. */
  readonly from: 'off' | 'home';
  readonly steps: (cell: Cell) => readonly Step[];
  /** Why it says nothing in this cell, in one sentence; null where it does. */
  readonly senseless?: (cell: Cell) => string | null;
}

export interface Times {
  /** How long packets are lost. */
  readonly lossMs: number;
  /** How long the links are cut. */
  readonly cutMs: number;
}

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Where the groups are when a node has come back: at home, unless failback is off. */
function afterReturn({ failback }: Cell, name: Name): Owners {
  return failback === 'off' ? allOn(otherThan(name)) : home;
}

const start = (name: Name, owners: Owners | null): Step => ({
  what: `start ${name}`,
  act: (pair) => pair.start(name),
  owners,
});

const order = (name: Name, words: `${'standby' | 'takeover'} ${Which}`, owners: Owners): Step => {
  const [verb, which] = words.split(' ') as ['standby' | 'takeover', Which];
  return {
    what: `hb_${words} on ${name}`,
    act: (pair) => pair.members[name].order(verb, which),
    owners,
    isCounted: true,
  };
};

const needsNiceFailback = ({ failback }: Cell) =>
  failback === 'legacy' ? 'Heartbeat knows no standby with auto_failback legacy' : null;

function startsOf(name: Name): Scenario {
  const other = otherThan(name);
  return {
    name: `start-${name}-first`,
    from: 'off',
    steps: (cell) => [start(name, allOn(name)), start(other, afterReturn(cell, other))],
  };
}

function failuresOf(name: Name): Scenario[] {
  const other = otherThan(name);
  return [
    {
      name: `power-off-${name}`,
      from: 'home',
      steps: (cell) => [
        { what: `power-off ${name}`, act: (pair) => pair.powerOff(name), owners: allOn(other) },
        {
          what: `boot and start ${name}`,
          act: async (pair) => {
            await pair.lab.node(name).boot();
            await pair.start(name);
          },
          owners: afterReturn(cell, name),
        },
      ],
    },
    {
      name: `reset-${name}`,
      from: 'home',
      steps: () => [
        {
          what: `power-off, boot and start ${name} at once`,
          act: async (pair) => {
            pair.powerOff(name);
            await pair.lab.node(name).boot();
            await pair.start(name);
          },
          // Back before the other noticed or not: either may have it.
          owners: null,
        },
      ],
    },
    {
      name: `stop-${name}`,
      from: 'home',
      steps: (cell) => [
        { what: `stop ${name}`, act: (pair) => pair.stop(name), owners: allOn(other) },
        start(name, afterReturn(cell, name)),
      ],
    },
    {
      name: `restart-${name}`,
      from: 'home',
      steps: (cell) => [
        {
          what: `restart ${name}`,
          act: async (pair) => {
            await pair.stop(name);
            await pair.start(name);
          },
          owners: afterReturn(cell, name),
        },
      ],
    },
  ];
}

function ordersOn(name: Name): Scenario[] {
  const other = otherThan(name);
  return [
    {
      name: `standby-${name}`,
      from: 'home',
      senseless: needsNiceFailback,
      steps: () => [
        order(name, 'standby all', allOn(other)),
        order(other, 'standby foreign', home),
        order(name, 'standby local', allOn(other)),
        order(other, 'standby all', allOn(name)),
        order(name, 'standby foreign', home),
      ],
    },
    {
      name: `takeover-${name}`,
      from: 'home',
      senseless: needsNiceFailback,
      steps: () => [
        order(name, 'takeover all', allOn(name)),
        order(other, 'takeover local', home),
        order(name, 'takeover foreign', allOn(name)),
        order(other, 'takeover all', allOn(other)),
        order(name, 'takeover local', home),
      ],
    },
  ];
}

function faults({ lossMs, cutMs }: Times): Scenario[] {
  return [
    {
      name: 'loss',
      from: 'home',
      steps: ({ medium }) => [
        {
          what: `${medium === 'serial' ? 'noise' : '30 % loss'} for ${Math.round(lossMs / 1000)} s`,
          act: async (pair) => {
            await pair.wiring.disturb(0.3);
            await sleep(lossMs);
            await pair.wiring.disturb(0);
          },
          owners: home,
          isQuiet: true,
        },
      ],
    },
    {
      name: 'partition',
      from: 'home',
      steps: (cell) => [
        {
          what: `all links cut for ${Math.round(cutMs / 1000)} s, healed`,
          act: async (pair) => {
            pair.wiring.connect(false);
            await sleep(cutMs);
            pair.wiring.connect(true);
          },
          owners: null,
          splits: true,
          ...healingLimit(cell),
        },
      ],
    },
  ];
}

/**
 * Somebody answers all the time while the nodes do not hear each other. What a client may miss is that a group is given up,
 * or handed over once more because failback is on: the scripts of a Heartbeat take a second or two. Far less than the time
 * after which a client that was told nothing would ask anew (half a minute). Two Heartbeats restart instead.
 */
function healingLimit(cell: Cell): Pick<Step, 'silenceLimitMs'> {
  if (names.every((name) => cell[name] === 'heartbeat')) return {};
  return { silenceLimitMs: 2.5 * timingOf(cell).deadtimeMs };
}

/** What a product logs when it was told to read its files again and ha.cf is newer than before. */
const reloaded: Readonly<Record<Product, string>> = {
  // It ends, leaves what it runs as it is, and starts again with that.
  heartbeat: 'Performing heartbeat restart exec.',
  systole: 'Rereading authentication file',
};

/** ha.cf is newer than before, with the same text. */
const reload = (name: Name, owners: Owners): Step => ({
  what: `touch ha.cf and reload on ${name}`,
  act: async (pair) => {
    // Heartbeat compares the files' times by the second.
    await sleep(1100);
    const from = pair.log(name)?.length ?? 0;
    const member = pair.members[name];
    await member.node.exec(['touch', `${configFolder}/ha.cf`]);
    await member.reload();
    const sign = reloaded[member.product];
    const isReloaded = () =>
      pair
        .log(name)
        ?.slice(from)
        .some((line) => line.includes(sign));
    await until(`${name} logs "${sign}"`, isReloaded, { limitMs: 30_000, everyMs: 100 });
    await sleep(timingOf(pair.cell).deadtimeMs * 2);
  },
  owners,
  isQuiet: true,
});

function reloadsOf(name: Name): Scenario {
  return {
    name: `reload-${name}`,
    from: 'home',
    steps: (cell) => [
      reload(name, home),
      ...(needsNiceFailback(cell) === null
        ? [order(name, 'takeover all', allOn(name)), reload(name, allOn(name)), reload(otherThan(name), allOn(name))]
        : []),
    ],
  };
}

/** Both nodes learn the second key, then one after the other signs with it; `pauseMs` between those two. */
function rotation(cell: Cell, first: Name, pauseMs: number): Step[] {
  const turn = (name: Name, active: 1 | 2) => async (pair: InteropPair) => {
    pair.writeKeys(name, { active, both: true });
    await pair.members[name].reload();
  };
  const second = otherThan(first);
  return [
    {
      what: 'both nodes learn key 2',
      act: async (pair) => {
        // Heartbeat compares the files' times by the second.
        await sleep(1100);
        for (const name of names) await turn(name, 1)(pair);
      },
      owners: home,
      isQuiet: true,
    },
    {
      what: `${first} signs with it, ${second} ${pauseMs > 0 ? `${pauseMs / 1000} s later` : 'at once'}`,
      act: async (pair) => {
        await sleep(1100);
        await turn(first, 2)(pair);
        await sleep(pauseMs);
        await turn(second, 2)(pair);
        await sleep(timingOf(cell).deadtimeMs * 1.5);
      },
      owners: home,
      isQuiet: true,
    },
  ];
}

function rotations(): Scenario[] {
  return [
    { name: 'rotate-keys', from: 'home', steps: (cell) => rotation(cell, 'a', 0) },
    ...names.map(
      (first): Scenario => ({
        name: `rotate-keys-slowly-${first}`,
        from: 'home',
        senseless: (cell) =>
          cell.a === 'heartbeat' && cell.b === 'heartbeat' && cell.digest !== 'crc'
            ? 'two Heartbeats with different active keys do not hear each other'
            : null,
        steps: (cell) => rotation(cell, first, timingOf(cell).deadtimeMs * 2),
      }),
    ),
  ];
}

const together: Scenario = {
  name: 'start-together',
  from: 'off',
  steps: () => [
    {
      what: 'start a and b',
      act: async (pair) => {
        await Promise.all(names.map((name) => pair.start(name)));
      },
      owners: home,
    },
  ],
};

/** All of them, in the order in which they are played. */
export function scenarios(times: Times): readonly Scenario[] {
  return [
    together,
    ...names.map(startsOf),
    ...names.flatMap(failuresOf),
    ...names.flatMap(ordersOn),
    ...faults(times),
    ...rotations(),
    ...names.map(reloadsOf),
  ];
}

/** Those that every cell of the default matrix plays; the others are played in the cells with ucast and sha1. */
export const everywhere: ReadonlySet<string> = new Set(['start-together', 'power-off-a', 'stop-b', 'standby-a']);

/** Whether a cell plays everything by default. */
export function isThorough(cell: Cell): boolean {
  return cell.medium === 'ucast' && cell.digest === 'sha1' && (isMixed(cell) || cell.failback === 'on');
}
