/** The random runs must find what is wrong: here they are given cores that are. */
import t from 'tap';
import { createCluster } from '../../src/cluster.js';
import { runSeed } from '../../src/sim/random-run.js';
import type { CreateCore } from '../../src/sim/world.js';
import { naiveCores } from './fake-core.js';

const seeds = Array.from({ length: 40 }, (_unused, index) => index + 1);

function found(createCore: CreateCore, nodes?: number): string[] {
  return seeds.flatMap((seed) =>
    runSeed(seed, { createCore, ...(nodes === undefined ? {} : { nodes }) }).violations.map(({ text }) => text),
  );
}

t.test('what a core throws is a violation, not the end', async (t) => {
  const [first] = runSeed(1, { createCore: naiveCores() }).violations;
  t.match(first?.text, /the naive core has no status/);
  t.equal(first?.seed, 1);
});

t.test('a core that knows no quorum is found out', async (t) => {
  const trusting: CreateCore = (options) => {
    const core = naiveCores()(options);
    const mouthpiece = createCluster(options);
    return {
      step: (event) => core.step(event),
      nextDeadline: () => core.nextDeadline(),
      status: (at, wallMs) => mouthpiece.status(at, wallMs),
    };
  };
  t.match(found(trusting, 3).join('\n'), /at once, although quorum is in force/);
});

t.test('a core that drops commands is found out', async (t) => {
  const deaf: CreateCore = (options) => {
    const core = createCluster(options);
    return {
      step: (event) => (event.type === 'command' ? [] : core.step(event)),
      nextDeadline: () => core.nextDeadline(),
      status: (at, wallMs) => core.status(at, wallMs),
    };
  };
  t.match(found(deaf).join('\n'), /never answered command/);
});

t.test('a core that forgets its stops is found out', async (t) => {
  const lazy: CreateCore = (options) => {
    const core = createCluster(options);
    return {
      step: (event) => core.step(event).filter((effect) => effect.type !== 'run' || effect.action.operation !== 'stop'),
      nextDeadline: () => core.nextDeadline(),
      status: (at, wallMs) => core.status(at, wallMs),
    };
  };
  t.match(found(lazy).join('\n'), /there is not one owner for every group/);
});
