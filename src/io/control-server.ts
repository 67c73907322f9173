/** The daemon's end of the control socket. */
import { chmod, chown, mkdir, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { serveConnection } from './control/connection.js';
import { groupNumber } from './control/group-file.js';
import { type ControlRequest, type ControlResponse, maxSocketPathBytes, socketName } from './control-protocol.js';
import { lockFile } from './kernel/file-lock.js';
import type { Logger } from './seams.js';
import { createTurns } from './turns.js';

export interface ControlServerOptions {
  /** Directory of the socket; made (mode 0750) when missing. */
  readonly runDir: string;
  /** Called once a request, from the event loop; `reply` may be called at once or later, its second call does nothing. */
  readonly onRequest: (request: ControlRequest, reply: (response: ControlResponse) => void) => void;
  readonly log: Logger;
  /** Most clients at a time (default 64); further ones are sent away. */
  readonly maxClients?: number;
  /** After how long a silent client is sent away (default 60 s). */
  readonly idleMs?: number;
}

export interface ControlServer {
  /** Ends all connections and removes the socket. */
  close(): Promise<void>;
}

/** Another daemon has this run directory. `message` is a plain sentence. */
export class AlreadyRunning extends Error {}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whether somebody listens at `path`. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function makeRunDir(runDir: string, group: number | null): Promise<void> {
  const made = await mkdir(runDir, { recursive: true, mode: 0o750 });
  // A directory that was there before belongs to whoever made it.
  if (made !== undefined && group !== null) await chown(runDir, process.getuid?.() ?? 0, group);
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function acceptClients(options: ControlServerOptions): { server: Server; clients: Set<Socket> } {
  const { log, onRequest } = options;
  const clients = new Set<Socket>();
  // One request a turn of the event loop: no number of clients delays a heartbeat by more than one answer.
  const schedule = createTurns();
  // allowHalfOpen: a client may end its side after its request and still read the answer.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    if (clients.size >= (options.maxClients ?? 64)) {
      log.log('warn', `control socket: too many clients (${clients.size}); one was sent away`, 'control clients');
      socket.on('error', () => socket.destroy());
      socket.end(`${JSON.stringify({ id: 0, ok: false, text: 'the daemon has too many clients just now' })}\n`);
      socket.setTimeout(1000, () => socket.destroy());
      return;
    }
    clients.add(socket);
    socket.on('close', () => clients.delete(socket));
    serveConnection({ socket, schedule, onRequest, idleMs: options.idleMs ?? 60_000 });
  });
  return { server, clients };
}

/**
 * Opens RUN/control.sock: mode 0660, for root and group haclient (root alone when there is no such group). A lock beside
 * it tells a living daemon from the socket a dead one left behind, which is replaced. Rejects with AlreadyRunning, or
 * with an Error whose message is a plain sentence.
 */
export async function createControlServer(options: ControlServerOptions): Promise<ControlServer> {
  const { runDir, log } = options;
  const path = join(runDir, socketName);
  if (Buffer.byteLength(path) > maxSocketPathBytes) {
    throw new Error(`the path of the control socket is longer than ${maxSocketPathBytes} bytes: ${path}`);
  }
  const group = await groupNumber('haclient');
  let release: (() => void) | null = null;
  const { server, clients } = acceptClients(options);
  try {
    await makeRunDir(runDir, group);
    release = lockFile(join(runDir, 'control.lock'));
    if (release === null || (await answers(path))) throw new AlreadyRunning();
    await unlink(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await listen(server, path);
    await chmod(path, 0o660);
    if (group !== null) await chown(path, process.getuid?.() ?? 0, group);
  } catch (error) {
    server.close();
    release?.();
    if (error instanceof AlreadyRunning) {
      throw new AlreadyRunning(`a systole daemon is already running: it answers at ${path}`);
    }
    throw new Error(`cannot open the control socket ${path}: ${messageOf(error)}`);
  }
  server.on('error', (error) => log.log('error', `control socket: ${error.message}`, 'control socket'));

  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          release?.();
          resolve();
        });
        for (const socket of clients) socket.destroy();
      }),
  };
}
