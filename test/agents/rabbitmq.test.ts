import t from 'tap';
import { perform } from '../../src/agents/frame/perform.js';
import type { Greeting } from '../../src/agents/rabbitmq/amqp-greeting.js';
import { rabbitmqAgent } from '../../src/agents/rabbitmq.js';
import { type FakeProgram, fakeWorld } from './frame/fake-world.js';

const programs = '/usr/lib/rabbitmq/bin';
const pidFile = '/run/rabbitmq/rabbit@localhost.pid';
const state = '/state/rabbitmq-rabbit@localhost.state';
const greets: Greeting = { kind: 'greets', why: '' };
const absent: Greeting = { kind: 'absent', why: 'nobody listens' };

interface Machine {
  /** What a connection finds while the broker's process is there. */
  greeting?: Greeting;
  /** A signal that ends the broker. */
  endedBy?: 'TERM' | 'KILL' | 'nothing';
  /** What runs as the broker's user. */
  tools?: Readonly<Record<string, FakeProgram>>;
  environment?: Readonly<Record<string, string>>;
  mapper?: 'running' | 'shared' | 'absent';
}

/** A machine whose broker is process 71. */
function machine({
  greeting = greets,
  endedBy = 'TERM',
  tools = {},
  environment = {},
  mapper = 'absent',
}: Machine = {}) {
  let mapping: string = mapper;
  const process = ['/proc/71/cmdline', '/proc/71/environ'] as const;
  const end = () => {
    for (const path of process) world.files.delete(path);
  };
  const begin = () => {
    world.files.set(pidFile, '71');
    world.files.set(process[0], '/usr/lib/erlang/bin/beam.smp\0-s\0rabbit\0boot');
    world.files.set(process[1], 'HOME=/\0RABBITMQ_NODENAME=rabbit@localhost\0');
    if (mapping === 'absent') mapping = 'running';
  };
  const asUser: Record<string, FakeProgram> = {
    epmd: ([word]) => {
      if (mapping === 'absent') return { code: 1 };
      if (word === '-kill') mapping = 'absent';
      return { stdout: mapping === 'shared' ? 'name other at port 1\n' : '' };
    },
    [`${programs}/rabbitmq-server`]: () => {
      begin();
      return {};
    },
    [`${programs}/rabbitmq-diagnostics`]: () => ({}),
    ...tools,
  };
  const world = fakeWorld({
    environment: { OCF_RESKEY_CRM_meta_timeout: '60000', ...environment },
    programs: {
      [`${programs}/rabbitmq-server`]: () => ({}),
      [`${programs}/rabbitmq-diagnostics`]: () => ({}),
      getent: () => ({}),
      install: () => ({}),
      sync: () => ({}),
      sh: (args) => {
        if (args[3] === endedBy) end();
        return {};
      },
      setpriv: (args, options) => {
        const [name = '', ...rest] = args.slice(args.indexOf('-C') + 2);
        return asUser[name]?.(rest, options) ?? { code: 127 };
      },
    },
  });
  const agent = rabbitmqAgent(async () => (world.files.has(process[0]) ? greeting : absent));
  return { world, begin, end, call: (verb: string) => perform(agent, [verb], world) };
}

t.test('started, watched, stopped; each twice', async (t) => {
  const { world, call } = machine();
  t.equal((await call('monitor')).code, 7);
  for (const verb of ['start', 'start', 'monitor', 'monitor']) t.equal((await call(verb)).code, 0, verb);
  t.equal(world.ran.filter((line) => line.includes('rabbitmq-server -detached')).length, 1);
  t.equal(world.ran.filter((line) => line.includes('diagnostics')).length, 0);
  t.ok(world.ran.includes('sync -f /var/lib/rabbitmq/mnesia'));
  t.equal(world.files.get(state), 'own 2 71');
  for (const verb of ['stop', 'stop']) t.equal((await call(verb)).code, 0, verb);
  t.match(world.ran.at(-2), /epmd -names$/);
  t.match(world.ran.at(-1), /epmd -kill$/);
  t.same([...world.files.keys()], []);
  t.equal((await call('monitor')).code, 7);
  t.same(world.said, []);
});

t.test('a port mapper that was there, or that others use, stays', async (t) => {
  for (const mapper of ['running', 'shared'] as const) {
    const { world, call } = machine({ mapper });
    await call('start');
    await call('stop');
    t.notOk(
      world.ran.some((line) => line.endsWith('epmd -kill')),
      mapper,
    );
  }
});

t.test('each nth time the node is asked', async (t) => {
  const tool = `${programs}/rabbitmq-diagnostics`;
  let code = 0;
  const environment = { OCF_RESKEY_ask_every: '2' };
  const { world, call } = machine({ environment, tools: { [tool]: () => ({ code, stderr: 'the app is down\n' }) } });
  await call('start');
  const asked = () => world.ran.filter((line) => line.includes('check_running')).length;
  for (const times of [0, 1, 1, 2]) {
    t.equal((await call('monitor')).code, 0);
    t.equal(asked(), times);
  }
  code = 69;
  await call('monitor');
  t.equal((await call('monitor')).code, 1);
  t.same(world.said, ['error: the node rabbit@localhost says that it is not running: the app is down']);
});

t.test('a process that gives no greeting is a failure, not a broker', async (t) => {
  const { world, begin, call } = machine({ greeting: { kind: 'wrong', why: 'it is silent' } });
  begin();
  t.equal((await call('monitor')).code, 1);
  t.equal((await call('start')).code, 1);
  t.match(world.said, [
    "error: the broker's process is there, but it is silent",
    /^error: the broker does not greet in time/,
  ]);
  t.ok(world.sleptMs > 50_000 && world.sleptMs < 60_000);
});

t.test('a number left behind by a power-off is nobody', async (t) => {
  const { world, call } = machine();
  world.files.set(pidFile, '71');
  world.files.set('/proc/71/cmdline', '/usr/sbin/cron');
  t.equal((await call('monitor')).code, 7);
  t.equal((await call('stop')).code, 0);
  t.notOk(
    world.ran.some((line) => line.startsWith('sh ')),
    'cron lives',
  );
});

t.test('one that ends while it starts, and a port that is taken', async (t) => {
  const dying = machine({ greeting: absent });
  const { world } = dying;
  const sleep = world.sleep;
  const endAndSleep = (ms: number) => {
    dying.end();
    return sleep(ms);
  };
  Object.assign(world, { sleep: endAndSleep });
  t.equal((await dying.call('start')).code, 1);
  t.same(world.said, ['error: the broker ended while it started; see /var/log/rabbitmq']);
  const taken = fakeWorld({
    programs: {
      getent: () => ({}),
      [`${programs}/rabbitmq-server`]: () => ({}),
      [`${programs}/rabbitmq-diagnostics`]: () => ({}),
    },
  });
  t.equal(
    (
      await perform(
        rabbitmqAgent(async () => greets),
        ['start'],
        taken,
      )
    ).code,
    1,
  );
  t.match(taken.said, [/something else listens at 127.0.0.1 port 5672/]);
});

t.test('one that does not end is killed, and that is said', async (t) => {
  const slow = machine({ endedBy: 'KILL' });
  await slow.call('start');
  t.equal((await slow.call('stop')).code, 0);
  t.match(slow.world.said, [/^warn: the broker \(process 71\) did not end when it was asked to, and is killed$/]);
  t.ok(slow.world.sleptMs < 60_000);
  const immortal = machine({ endedBy: 'nothing' });
  await immortal.call('start');
  t.equal((await immortal.call('stop')).code, 1);
});

t.test('what keeps it from starting', async (t) => {
  const why = async (environment: Record<string, string>, missing = '') => {
    const all = { getent: () => ({ code: missing === 'user' ? 2 : 0 }) };
    const world = fakeWorld({
      environment,
      programs:
        missing === 'server'
          ? all
          : { ...all, [`${programs}/rabbitmq-server`]: () => ({}), [`${programs}/rabbitmq-diagnostics`]: () => ({}) },
    });
    const { code } = await perform(
      rabbitmqAgent(async () => absent),
      ['validate-all'],
      world,
    );
    return `${code} ${world.said}`;
  };
  t.equal(await why({}), '0 ');
  t.match(await why({ OCF_RESKEY_nodename: 'rabbit' }), /^6 .*name@host/);
  t.match(await why({}, 'server'), /^5 .*package rabbitmq-server/);
  t.match(await why({}, 'user'), /^5 .*no user rabbitmq/);
});
