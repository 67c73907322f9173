import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { ask, DaemonUnreachable } from '../../src/io/control-client.js';
import type { ControlRequest, ControlResponse } from '../../src/io/control-protocol.js';
import { AlreadyRunning, createControlServer } from '../../src/io/control-server.js';
import type { Logger } from '../../src/io/seams.js';
import { shortDir } from '../support/short-dir.js';

const silent: Logger = { log: () => {}, close: async () => {} };
const echo = (request: ControlRequest, reply: (response: ControlResponse) => void): void =>
  reply({ id: request.id, ok: true, text: request.ask });

async function until(condition: () => boolean): Promise<boolean> {
  const limit = performance.now() + 10_000;
  while (!condition() && performance.now() < limit) await sleep(5);
  return condition();
}

/** A raw client that collects what it gets. */
function raw(path: string): { socket: Socket; text: () => string; ended: () => boolean } {
  let text = '';
  let ended = false;
  const socket = connect(path);
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    ended = true;
  });
  return { socket, text: () => text, ended: () => ended };
}

t.test('a question gets its answer, over a socket for root and group only', async (t) => {
  const dir = shortDir(t);
  const runDir = `${dir}/run/systole`;
  const server = await createControlServer({ runDir, onRequest: echo, log: silent });
  t.equal(statSync(runDir).mode & 0o777, 0o750);
  t.equal(statSync(`${runDir}/control.sock`).mode & 0o777, 0o660);
  t.same(await ask(runDir, { id: 7, ask: 'status' }, 5000), { id: 7, ok: true, text: 'status' });
  await server.close();
  t.throws(() => statSync(`${runDir}/control.sock`), { code: 'ENOENT' }, 'the socket goes with the server');
});

t.test('a big answer arrives whole', async (t) => {
  const dir = shortDir(t);
  const text = 'é'.repeat(1_000_000);
  const server = await createControlServer({
    runDir: dir,
    onRequest: (request, reply) => reply({ id: request.id, ok: true, text }),
    log: silent,
  });
  const answer = await ask(dir, { id: 1, ask: 'status' }, 10_000);
  t.ok('text' in answer && answer.text === text);
  await server.close();
});

t.test('a second daemon is told that one is running; the socket of a dead one is replaced', async (t) => {
  const dir = shortDir(t);
  const first = await createControlServer({ runDir: dir, onRequest: echo, log: silent });
  const second = createControlServer({ runDir: dir, onRequest: echo, log: silent });
  t.ok((await second.catch((error: unknown) => error)) instanceof AlreadyRunning);
  await t.rejects(second, { message: `a systole daemon is already running: it answers at ${dir}/control.sock` });
  t.match(await ask(dir, { id: 1, ask: 'status' }, 5000), { ok: true }, 'the first is not harmed');
  await first.close();

  // A dead daemon leaves its socket (here a file in its place: a socket nobody listens to is refused alike).
  writeFileSync(`${dir}/control.sock`, '');
  const third = await createControlServer({ runDir: dir, onRequest: echo, log: silent });
  t.match(await ask(dir, { id: 1, ask: 'status' }, 5000), { ok: true });
  await third.close();
});

t.test('requests are answered by their id, also late and out of order, and only once', async (t) => {
  const dir = shortDir(t);
  const open: (() => void)[] = [];
  const onRequest = (request: ControlRequest, reply: (response: ControlResponse) => void): void => {
    open.push(() => {
      reply({ id: request.id, ok: true, text: 'done' });
      reply({ id: request.id, ok: true, text: 'twice' });
    });
  };
  const server = await createControlServer({ runDir: dir, onRequest, log: silent });
  const client = raw(`${dir}/control.sock`);
  client.socket.write('{"id":1,"ask":"status"}\n{"id":2,"ask":"status"}\nnonsense\n');
  await until(() => open.length === 2);
  open[1]?.();
  open[0]?.();
  await until(() => client.text().split('\n').length > 3);
  const answers = client
    .text()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ControlResponse);
  t.match(answers, [
    { id: 0, ok: false },
    { id: 2, ok: true, text: 'done' },
    { id: 1, ok: true, text: 'done' },
  ]);
  client.socket.destroy();
  await server.close();
});

t.test('a client that sends no end of a line is sent away', async (t) => {
  const dir = shortDir(t);
  const server = await createControlServer({ runDir: dir, onRequest: echo, log: silent });
  const client = raw(`${dir}/control.sock`);
  client.socket.write('x'.repeat(100_000));
  t.ok(await until(() => client.ended() || client.text().length > 0));
  t.match(client.text(), 'a request is longer than 65536 bytes');
  client.socket.destroy();
  await server.close();
});

t.test('too many clients and idle clients are sent away', async (t) => {
  const dir = shortDir(t);
  const server = await createControlServer({
    runDir: dir,
    onRequest: echo,
    log: silent,
    maxClients: 2,
    idleMs: 100,
  });
  const path = `${dir}/control.sock`;
  const clients = [raw(path), raw(path), raw(path)];
  t.ok(await until(() => clients.some((client) => client.text().includes('too many clients'))));
  t.ok(await until(() => clients.every((client) => client.ended())), 'the idle ones go, too');
  t.match(await ask(dir, { id: 1, ask: 'status' }, 5000), { ok: true }, 'and there is room again');
  await server.close();
});

t.test('a flood of requests leaves turns to the event loop', async (t) => {
  const dir = shortDir(t);
  let served = 0;
  const server = await createControlServer({
    runDir: dir,
    onRequest: (request, reply) => {
      served += 1;
      reply({ id: request.id, ok: true, text: 'x'.repeat(10_000) });
    },
    log: silent,
  });
  const client = raw(`${dir}/control.sock`);
  for (let id = 1; id <= 1000; id += 1) client.socket.write(`{"id":${id},"ask":"status"}\n`);
  let turns = 0;
  while (served < 1000 && turns < 1e6) {
    await new Promise((resolve) => setImmediate(resolve));
    turns += 1;
  }
  t.equal(served, 1000);
  t.ok(turns >= 500, `${turns} turns of the event loop lay between`);
  client.socket.destroy();
  await server.close();
});

t.test('a client that does not read is not read either', async (t) => {
  const dir = shortDir(t);
  let served = 0;
  const server = await createControlServer({
    runDir: dir,
    onRequest: (request, reply) => {
      served += 1;
      reply({ id: request.id, ok: true, text: 'x'.repeat(500_000) });
    },
    log: silent,
  });
  const socket = connect(`${dir}/control.sock`);
  socket.on('error', () => {});
  socket.pause();
  // More than one read of the server's: what it has read it serves.
  for (let id = 1; id <= 20_000; id += 1) socket.write(`{"id":${id},"ask":"status"}${' '.repeat(100)}\n`);
  let before = -1;
  while (before !== served) {
    before = served;
    await sleep(100);
  }
  t.ok(served < 2000, `${served} of 20000 were served`);
  socket.destroy();
  await server.close();
});

t.test('an unreachable daemon is told as what it is', async (t) => {
  const dir = shortDir(t);
  const request: ControlRequest = { id: 1, ask: 'status' };
  await t.rejects(ask(dir, request, 1000), {
    kind: 'absent',
    message: `cannot reach the daemon: there is no socket ${dir}/control.sock (is systole running?)`,
  });
  writeFileSync(`${dir}/control.sock`, '');
  await t.rejects(ask(dir, request, 1000), {
    kind: 'absent',
    message: /nobody listens at .* \(is systole running\?\)$/,
  });
  await t.rejects(ask('x'.repeat(200), request, 1000), { kind: 'absent', message: /too long/ });

  const listening = async (serve: (socket: Socket) => void): Promise<{ dir: string; close: () => void }> => {
    const own = shortDir(t);
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      serve(socket);
    });
    await new Promise<void>((resolve) => server.listen(`${own}/control.sock`, resolve));
    return {
      dir: own,
      close: () => {
        server.close();
        for (const socket of sockets) socket.destroy();
      },
    };
  };
  const mute = await listening(() => {});
  await t.rejects(ask(mute.dir, request, 50), { kind: 'silent', message: /no answer within 0.05 s/ });
  mute.close();
  const rude = await listening((socket) => socket.end());
  await t.rejects(ask(rude.dir, request, 5000), { kind: 'silent', message: /closed the connection/ });
  rude.close();
  const odd = await listening((socket) => socket.write('hello\n'));
  await t.rejects(ask(odd.dir, request, 5000), { kind: 'garbled', message: /makes no sense/ });
  odd.close();
  t.ok(new DaemonUnreachable('denied', 'x').message.includes('root, group haclient or whom apiauth'));
});

t.test('a user who may not ask is told so', { skip: process.getuid?.() === 0 ? false : 'needs root' }, async (t) => {
  const dir = shortDir(t);
  const server = await createControlServer({ runDir: `${dir}/run`, onRequest: echo, log: silent });
  const nobody = 65_534;
  process.seteuid?.(nobody);
  try {
    await t.rejects(ask(`${dir}/run`, { id: 1, ask: 'status' }, 5000), {
      kind: 'denied',
      message: /permission denied at .* \(only root, group haclient or whom apiauth in ha.cf names may ask it\)$/,
    });
  } finally {
    process.seteuid?.(0);
  }
  await server.close();
});

t.test('a run directory that cannot be is refused in a sentence', async (t) => {
  const dir = shortDir(t);
  writeFileSync(`${dir}/file`, '');
  const attempt = createControlServer({ runDir: `${dir}/file/run`, onRequest: echo, log: silent });
  await t.rejects(attempt, { message: /^cannot open the control socket .*ENOTDIR/ });
  chmodSync(`${dir}/file`, 0o600);
  t.equal(readFileSync(`${dir}/file`, 'utf8'), '');
  const long = createControlServer({ runDir: `/${'x'.repeat(200)}`, onRequest: echo, log: silent });
  await t.rejects(long, { message: /longer than 107 bytes/ });
});
