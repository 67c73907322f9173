/** Clients that may not ask, over real sockets: whatever they do, they go, and shut nobody out. */
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { createFarewells, type FarewellLimits } from '../../../src/io/control/farewell.js';
import { shortDir } from '../../support/short-dir.js';

async function until(what: string, condition: () => boolean): Promise<void> {
  const limit = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > limit) throw new Error(`not in time: ${what}`);
    await sleep(5);
  }
}

interface Door {
  readonly path: string;
  /** The server's ends. */
  readonly met: Socket[];
}

/** A server that sends everybody away. */
async function refuse(t: Test, limits: FarewellLimits): Promise<Door> {
  const path = `${shortDir(t)}/s`;
  const met: Socket[] = [];
  const farewells = createFarewells(limits);
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    met.push(socket);
    farewells.sendAway(socket, { text: 'no', denied: true });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.teardown(() => {
    farewells.close();
    server.close();
  });
  return { path, met };
}

function come(t: Test, path: string): { socket: Socket; text: () => string } {
  let text = '';
  const socket = connect({ path, allowHalfOpen: true });
  socket.on('data', (chunk) => {
    text += chunk;
  });
  // It is cut off: that is what is looked at, from the other side.
  socket.on('error', () => {});
  t.teardown(() => socket.destroy());
  return { socket, text: () => text };
}

t.test('it is told, and the connection ends with the client', async (t) => {
  const { path, met } = await refuse(t, { max: 8, lingerMs: 600_000 });
  const { socket, text } = come(t, path);
  socket.end('{"id":1,"ask":"status"}\n');
  await until('it is closed', () => met[0]?.destroyed === true);
  await until('it is told', () => text() === '{"id":0,"ok":false,"text":"no","denied":true}\n');
});

t.test('one that keeps sending a little is cut off by the clock', async (t) => {
  const { path, met } = await refuse(t, { max: 8, lingerMs: 100 });
  const { socket, text } = come(t, path);
  const drip = setInterval(() => socket.writable && socket.write('x'), 10);
  t.teardown(() => clearInterval(drip));
  await until('it is closed', () => met[0]?.destroyed === true);
  await until('it was told', () => text().includes('"no"'));
});

t.test('one that sends much is cut off at once', async (t) => {
  const { path, met } = await refuse(t, { max: 8, lingerMs: 600_000 });
  const { socket } = come(t, path);
  socket.write(Buffer.alloc(4_000_000));
  await until('it is closed', () => met[0]?.destroyed === true);
  t.ok((met[0]?.bytesRead ?? 0) < 1_000_000, `${met[0]?.bytesRead} bytes were read`);
});

t.test('too many at a time are not even told', async (t) => {
  const { path, met } = await refuse(t, { max: 2, lingerMs: 600_000 });
  for (let n = 0; n < 5; n++) come(t, path);
  await until('all came', () => met.length === 5);
  t.same(
    met.map(({ destroyed }) => destroyed),
    [false, false, true, true, true],
  );
});
