import t from 'tap';
import type { Agent, AgentContext } from '../../../src/agents/frame/agent.js';
import { type Answer, done, failed, notInstalled, Refusal, stopped } from '../../../src/agents/frame/answer.js';
import { wordsInOrder } from '../../../src/agents/frame/description.js';
import { perform } from '../../../src/agents/frame/perform.js';
import { fakeWorld } from './fake-world.js';

/** An agent whose every action gives `answer` (or throws it), and keeps how it was called. */
function sample(answer: Answer | Error, seen: { action: string; context: AgentContext }[] = []): Agent {
  const act = (action: string) => async (context: AgentContext) => {
    seen.push({ action, context });
    if (answer instanceof Error) throw answer;
    return action === 'validate' ? done : answer;
  };
  return {
    describe: {
      name: 'Sample',
      version: '1.0',
      shortText: 'For tests',
      longText: 'For <tests> & "more"',
      parameters: [
        { name: 'path', type: 'string', required: true, unique: true, shortText: 'A path', longText: 'A path.' },
        { name: 'count', type: 'integer', default: '3', range: [1, 9], shortText: 'A count', longText: 'A count.' },
        { name: 'quick', type: 'boolean', shortText: 'Be quick', longText: 'Be quick.' },
      ],
      call: wordsInOrder('path', 'count'),
      times: { startS: 20, stopS: 30, monitorS: 10, monitorEveryS: 15 },
    },
    start: act('start'),
    stop: act('stop'),
    monitor: act('monitor'),
    validate: act('validate'),
  };
}

t.test('exit codes, and what is said', async (t) => {
  const given: readonly [string, Answer | Error, number, string, string[]][] = [
    ['start', done, 0, '', []],
    ['start', failed('it broke'), 1, '', ['error: it broke']],
    ['start', notInstalled('no prog'), 5, '', ['error: no prog']],
    ['stop', new Refusal(failed('it stays')), 1, '', ['error: it stays']],
    ['stop', new Error('oops'), 1, '', ['error: oops']],
    ['monitor', done, 0, '', []],
    ['monitor', stopped('no file'), 7, '', ['info: no file']],
    ['status', done, 0, 'running\n', []],
    ['status', stopped('no daemon is running'), 3, 'stopped\n', []],
    ['status', notInstalled('no prog'), 3, 'stopped\n', []],
    ['status', failed('it hangs'), 4, 'failed\n', ['error: it hangs']],
  ];
  for (const [verb, answer, code, output, said] of given) {
    const world = fakeWorld({ environment: { OCF_RESKEY_path: '/x' } });
    t.same(await perform(sample(answer), [verb], world), { code, output }, `${verb} ${JSON.stringify(answer)}`);
    t.same(world.said, said, verb);
  }
});

t.test('what Heartbeat reads from status tells running from everything else', async (t) => {
  for (const answer of [stopped('x'), failed('OK, running'), notInstalled('x')]) {
    const { output } = await perform(sample(answer), ['/x', 'status'], fakeWorld());
    t.notMatch(output, /[Rr]unning|OK/);
  }
  t.match((await perform(sample(done), ['/x', 'status'], fakeWorld())).output, /running/);
});

t.test('parameters come from words, then the environment, then defaults', async (t) => {
  const seen: { action: string; context: AgentContext }[] = [];
  const environment = { OCF_RESKEY_path: '/env', OCF_RESKEY_quick: 'yes', OCF_RESOURCE_INSTANCE: 'db one' };
  await perform(sample(done, seen), ['/word', 'monitor'], fakeWorld({ environment }));
  await perform(sample(done, seen), ['monitor'], fakeWorld({ environment }));
  const [byWord, byEnvironment] = seen.map(({ context }) => context);
  t.equal(byWord?.parameters.need('path'), '/word');
  t.equal(byWord?.instance, 'Sample__word');
  t.equal(byEnvironment?.parameters.need('path'), '/env');
  t.equal(byEnvironment?.parameters.number('count'), 3);
  t.equal(byEnvironment?.parameters.flag('quick'), true);
  t.equal(byEnvironment?.instance, 'db_one');
  t.equal(byEnvironment?.limitMs, 10_000);
  t.throws(() => byWord?.parameters.text('other'));
});

t.test('parameters that are wrong', async (t) => {
  const given: readonly [string[], Record<string, string>, number, RegExp][] = [
    [['start'], {}, 6, /the parameter path is missing/],
    [['stop'], { path: '' }, 6, /the parameter path is missing/],
    [['a', '12', 'start'], {}, 6, /count: 12 is not between 1 and 9/],
    [['a', 'x', 'start'], {}, 6, /count: "x" is not a whole number/],
    [['a', 'start'], { quick: 'perhaps' }, 6, /neither true nor false/],
    [['a', '1', 'c', 'start'], {}, 2, /takes \[path \[count\]\]/],
    [['promote'], {}, 3, /cannot promote/],
    [[], {}, 2, /there is no verb/],
  ];
  for (const [argv, parameters, code, text] of given) {
    const environment = Object.fromEntries(Object.entries(parameters).map(([key, v]) => [`OCF_RESKEY_${key}`, v]));
    const world = fakeWorld({ environment });
    const seen: { action: string; context: AgentContext }[] = [];
    t.equal((await perform(sample(done, seen), argv, world)).code, code, argv.join(' '));
    t.match(world.said[0], text);
    t.same(seen, []);
  }
});

t.test('start asks first whether it can be, and names parameters that it does not know', async (t) => {
  const seen: { action: string; context: AgentContext }[] = [];
  const environment = { OCF_RESKEY_path: '/x', OCF_RESKEY_cuont: '3', OCF_RESKEY_CRM_meta_timeout: '5000' };
  const world = fakeWorld({ environment });
  await perform(sample(done, seen), ['start'], world);
  t.same(
    seen.map(({ action }) => action),
    ['validate', 'start'],
  );
  t.equal(seen[0]?.context.limitMs, 5000);
  t.same(world.said, ['warn: there is no parameter "cuont"; did you mean count?']);
  const refusing = { ...sample(done, seen), validate: async () => notInstalled('no prog') };
  t.equal((await perform(refusing, ['start'], fakeWorld({ environment }))).code, 5);
  t.equal((await perform(refusing, ['validate-all'], fakeWorld({ environment }))).code, 5);
});

t.test('a probe is told from a monitor', async (t) => {
  const seen: { action: string; context: AgentContext }[] = [];
  for (const interval of ['0', '10000']) {
    const environment = { OCF_RESKEY_path: '/x', OCF_RESKEY_CRM_meta_interval: interval };
    await perform(sample(done, seen), ['monitor'], fakeWorld({ environment }));
  }
  t.same(
    seen.map(({ context }) => context.isProbe),
    [true, false],
  );
});

t.test('meta-data and usage need no parameters', async (t) => {
  const { code, output } = await perform(sample(done), ['meta-data'], fakeWorld());
  t.equal(code, 0);
  t.match(output, '<longdesc lang="en">For &lt;tests&gt; &amp; &quot;more&quot;</longdesc>');
  t.match(output, '<parameter name="path" required="1" unique="1">');
  t.match(output, '<content type="integer" default="3" />');
  t.match(output, '<action name="stop" timeout="30s" />');
  const usage = await perform(sample(done), ['usage'], fakeWorld());
  t.equal(usage.code, 0);
  t.match(usage.output, 'usage: Sample [path [count]] {start|');
});
