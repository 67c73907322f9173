/** Rights at the control socket with real peers: this process, as other users. */
import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import type { ApiauthEntry } from '../../src/config/types.js';
import { ask } from '../../src/io/control-client.js';
import type { ControlResponse } from '../../src/io/control-protocol.js';
import { createControlServer } from '../../src/io/control-server.js';
import { shortDir } from '../support/short-dir.js';

const skip = process.getuid?.() === 0 ? false : 'needs root';
const order = { id: 1, ask: 'command', command: { verb: 'standby', set: 'all' } } as const;
const question = { id: 1, ask: 'status' } as const;

interface Door {
  readonly dir: string;
  readonly lines: string[];
  /** Orders that came through. */
  readonly orders: string[];
}

async function open(t: Test, apiauth: Readonly<Record<string, ApiauthEntry>>): Promise<Door> {
  const above = shortDir(t);
  chmodSync(above, 0o755);
  const dir = `${above}/run`;
  const door: Door = { dir, lines: [], orders: [] };
  const server = await createControlServer({
    runDir: dir,
    apiauth,
    log: { log: (level, text) => door.lines.push(`${level}: ${text}`), close: async () => {} },
    onRequest: (request, reply) => {
      if (request.ask === 'command') door.orders.push(request.command.verb);
      reply({ id: request.id, ok: true, text: 'done' });
    },
  });
  t.teardown(() => server.close());
  return door;
}

/** Asks as another user; the kernel notes who it is when the connection is made, which `ask` does at once. */
function askAs(
  { uid, gid, groups = [] }: { uid: number; gid: number; groups?: number[] },
  ...[dir, request]: [string, typeof order | typeof question]
): Promise<ControlResponse> {
  const before = process.getgroups?.() ?? [];
  process.setgroups?.(groups);
  process.setegid?.(gid);
  process.seteuid?.(uid);
  try {
    return ask(dir, request, 5000);
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
    process.setgroups?.(before);
  }
}

t.test('who may order, who may ask, who may nothing', { skip }, async (t) => {
  const { dir, lines, orders } = await open(t, {
    systole: { users: ['4001'], groups: ['4002'] },
    anon: { users: [], groups: ['4003'] },
  });
  t.equal(statSync(dir).mode & 0o777, 0o755);
  t.equal(statSync(`${dir}/control.sock`).mode & 0o777, 0o666);
  const user = { uid: 4001, gid: 4001 };
  t.match(await askAs(user, dir, order), { ok: true });
  t.match(await askAs({ uid: 4009, gid: 4009, groups: [5, 4002] }, dir, order), { ok: true });
  t.match(await askAs({ uid: 4009, gid: 4003 }, dir, question), { ok: true });
  t.match(await askAs({ uid: 4009, gid: 4003 }, dir, order), {
    ok: false,
    text: /^user 4009 \(pid \d+\) may ask, but not give orders: only root may, and whom "apiauth systole" in ha.cf names$/,
  });
  t.same(orders, ['standby', 'standby']);
  await t.rejects(askAs({ uid: 4009, gid: 4009 }, dir, question), {
    kind: 'denied',
    message: /^cannot reach the daemon: user 4009 \(pid \d+\) may not ask this daemon \(only root, /,
  });
  t.match(lines, [
    /^warn: control socket: user 4009 \(pid \d+\) failed authorization for standby$/,
    /^warn: control socket: user 4009 \(pid \d+\) failed authorization and was sent away$/,
  ]);
});

t.test('those who may not ask shut nobody out', { skip }, async (t) => {
  const { dir } = await open(t, { systole: { users: ['4001'], groups: [] } });
  process.seteuid?.(4009);
  const crowd = Array.from({ length: 300 }, () => connect({ path: `${dir}/control.sock`, allowHalfOpen: true }));
  process.seteuid?.(0);
  const drip = setInterval(() => {
    for (const socket of crowd) if (socket.writable) socket.write('x');
  }, 50);
  t.teardown(() => {
    clearInterval(drip);
    for (const socket of crowd) socket.destroy();
  });
  // Sent away they are; only that the daemon goes on is looked at.
  for (const socket of crowd) socket.on('error', () => {});
  t.match(await ask(dir, order, 5000), { ok: true });
});

t.test('one group alone gets the socket', { skip }, async (t) => {
  const group = { users: [], groups: ['4002'] };
  const { dir } = await open(t, { systole: group, anon: group });
  const { mode, gid } = statSync(`${dir}/control.sock`);
  t.same([mode & 0o777, gid, statSync(dir).mode & 0o777, statSync(dir).gid], [0o660, 4002, 0o750, 4002]);
  t.match(await askAs({ uid: 4009, gid: 4009, groups: [4002] }, dir, order), { ok: true });
  await t.rejects(askAs({ uid: 4009, gid: 4009 }, dir, question), {
    message: /may not ask this daemon|permission denied/,
  });
});

t.test('the directory of a start with another apiauth is opened to whom this one names', { skip }, async (t) => {
  const dir = `${shortDir(t)}/run`;
  const umask = process.umask(0o077);
  t.teardown(() => process.umask(umask));
  const lines: string[] = [];
  const start = async (...groups: string[]): Promise<number[]> => {
    const server = await createControlServer({
      runDir: dir,
      apiauth: { anon: { users: [], groups } },
      log: { log: (level, text) => lines.push(`${level}: ${text}`), close: async () => {} },
      onRequest: () => {},
    });
    await server.close();
    const { mode, gid } = statSync(dir);
    return [mode & 0o777, gid];
  };
  t.same(await start('4002'), [0o750, 4002], 'whatever the umask');
  t.same(await start('4003'), [0o750, 4003]);
  t.same((await start('4002', '4003'))[0], 0o755);
  t.same((await start('4002'))[0], 0o755, 'nothing is taken away from others: the socket has its own rights');
  t.same(lines, []);
});

t.test('a directory that keeps out whom apiauth names is told', { skip }, async (t) => {
  const dir = `${shortDir(t)}/run`;
  mkdirSync(dir, { mode: 0o700 });
  chownSync(dir, 4005, 4005);
  const lines: string[] = [];
  const server = await createControlServer({
    runDir: dir,
    apiauth: { systole: { users: ['4001', 'nobdy'], groups: [] } },
    log: { log: (level, text) => lines.push(`${level}: ${text}`), close: async () => {} },
    onRequest: () => {},
  });
  await server.close();
  t.match(lines, [/^warn: apiauth names user nobdy, which does not exist here$/, /closed to them \(chmod 755\)$/]);
  t.same([statSync(dir).mode & 0o777, statSync(dir).uid], [0o700, 4005], "another's directory is left alone");
});

t.test('who may only ask cannot take all places', { skip }, async (t) => {
  const { dir, lines } = await open(t, {
    systole: { users: ['4001'], groups: [] },
    anon: { users: ['4003'], groups: [] },
  });
  const [asker, orderer] = [
    { uid: 4003, gid: 4003 },
    { uid: 4001, gid: 4001 },
  ];
  const stay = async (who: { uid: number; gid: number }, count: number): Promise<number> => {
    const sockets = Array.from({ length: count }, () => connectAs(who, `${dir}/control.sock`));
    t.teardown(() => {
      for (const socket of sockets) socket.destroy();
    });
    const served = await Promise.all(sockets.map(isServed));
    return served.filter((one) => one).length;
  };
  t.equal(await stay(asker, 70), 32, 'half of the places');
  t.match(await askAs(orderer, dir, order), { ok: true }, 'room for orders');
  t.equal(await stay(orderer, 30), 16);
  t.match(await askAs(orderer, dir, order), { ok: false, text: 'the daemon has too many clients just now' });
  t.match(await ask(dir, order, 5000), { ok: true }, 'room for root');
  t.ok(lines.some((line) => line.includes('too many clients (32)')));
});

function connectAs({ uid, gid }: { uid: number; gid: number }, path: string): Socket {
  const before = process.getgroups?.() ?? [];
  process.setgroups?.([]);
  process.setegid?.(gid);
  process.seteuid?.(uid);
  try {
    return connect(path);
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
    process.setgroups?.(before);
  }
}

/** Asks, and stays: whether it got an answer instead of being sent away. */
function isServed(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(false));
    socket.once('data', (chunk) => resolve((JSON.parse(String(chunk)) as ControlResponse).ok));
    socket.write(`${JSON.stringify(question)}\n`);
  });
}
