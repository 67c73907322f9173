/** The daemon's end of the control socket. */
import { chmod, chown, mkdir, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { ApiauthEntry } from '../config/types.js';
import { readAccounts } from './accounts.js';
import { type Access, accessOf, type Rights } from './control/access.js';
import { serveConnection } from './control/connection.js';
import { createFarewells, type Farewells } from './control/farewell.js';
import { openRunDir } from './control/run-dir.js';
import { type ControlRequest, type ControlResponse, maxSocketPathBytes, socketName } from './control-protocol.js';
import { lockFile } from './kernel/file-lock.js';
import { peerOf } from './kernel/peer-credentials.js';
import type { Logger } from './seams.js';
import { createTurns } from './turns.js';

export interface ControlServerOptions {
  /** Directory of the socket; made (mode 0750) when missing. */
  readonly runDir: string;
  /** Called once a request, from the event loop; `reply` may be called at once or later, its second call does nothing. */
  readonly onRequest: (request: ControlRequest, reply: (response: ControlResponse) => void) => void;
  readonly log: Logger;
  /** Who else than root may ask and give orders: ha.cf's apiauth (default: none, so group haclient may ask). */
  readonly apiauth?: Readonly<Record<string, ApiauthEntry>>;
  /** Most clients at a time (default 64); further ones are sent away, and sooner who may do less: see Access.placesFor. */
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

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

interface Visitor {
  readonly rights: Rights;
  /** How many clients there may be with this one. */
  readonly places: number;
  /** For sentences: "user 1001 (pid 4711)". */
  readonly who: string;
  /** Lines about the same user are counted, not repeated. */
  readonly key: string;
}

/** Looks who comes. A refusal is logged, told, and gives `none`. `most`: clients at a time. */
function admit(socket: Socket, access: Access, log: Logger, farewells: Farewells, most: number): Visitor {
  const peer = peerOf(socket);
  const who = peer === null ? 'an unknown user' : `user ${peer.uid} (pid ${peer.pid})`;
  const key = `control user ${peer?.uid}`;
  const rights = peer === null ? 'none' : access.rightsOf(peer);
  if (rights === 'none') {
    log.log('warn', `control socket: ${who} failed authorization and was sent away`, key);
    farewells.sendAway(socket, { text: `${who} may not ask this daemon`, denied: true });
  }
  const places = peer === null ? 0 : access.placesFor(peer, most);
  return { rights, places, who, key };
}

/** What a client who may only ask gets for an order. */
function refuseOrders(
  { onRequest, log }: ControlServerOptions,
  { who, key }: Visitor,
): ControlServerOptions['onRequest'] {
  return (request, reply) => {
    if (request.ask === 'status') return onRequest(request, reply);
    const { verb } = request.command;
    log.log('warn', `control socket: ${who} failed authorization for ${verb}`, key);
    const text = `${who} may ask, but not give orders: only root may, and whom "apiauth systole" in ha.cf names`;
    reply({ id: request.id, ok: false, text });
  };
}

interface Reception {
  readonly server: Server;
  /** Drops all connections. */
  readonly dropAll: () => void;
}

function acceptClients(options: ControlServerOptions, access: Access): Reception {
  const { log, onRequest } = options;
  const maxClients = options.maxClients ?? 64;
  const clients = new Set<Socket>();
  const farewells = createFarewells({ max: maxClients });
  // One request a turn of the event loop: no number of clients delays a heartbeat by more than one answer.
  const schedule = createTurns();
  // allowHalfOpen: a client may end its side after its request and still read the answer.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const visitor = admit(socket, access, log, farewells, maxClients);
    if (visitor.rights === 'none') return;
    if (clients.size >= visitor.places) {
      log.log('warn', `control socket: too many clients (${clients.size}); one was sent away`, 'control clients');
      return farewells.sendAway(socket, { text: 'the daemon has too many clients just now' });
    }
    clients.add(socket);
    socket.on('close', () => clients.delete(socket));
    const serve = visitor.rights === 'all' ? onRequest : refuseOrders(options, visitor);
    serveConnection({ socket, schedule, onRequest: serve, idleMs: options.idleMs ?? 60_000 });
  });
  // No maxConnections: those who may not come would fill it, and shut out those who may.
  const dropAll = (): void => {
    for (const socket of clients) socket.destroy();
    farewells.close();
  };
  return { server, dropAll };
}

/**
 * Opens RUN/control.sock: mode 0660 for root and the one group that may use it (haclient, unless apiauth says otherwise),
 * or 0666 where no one group says it; each peer's rights are looked up when it connects. A lock beside it tells a living
 * daemon from the socket a dead one left behind, which is replaced. Rejects with AlreadyRunning, or with an Error whose
 * message is a plain sentence.
 */
export async function createControlServer(options: ControlServerOptions): Promise<ControlServer> {
  const { runDir, log } = options;
  const path = join(runDir, socketName);
  if (Buffer.byteLength(path) > maxSocketPathBytes) {
    throw new Error(`the path of the control socket is longer than ${maxSocketPathBytes} bytes: ${path}`);
  }
  const own = process.getuid?.() ?? 0;
  const access = accessOf(options.apiauth ?? {}, await readAccounts(), own);
  for (const name of access.unknown) log.log('warn', `apiauth names ${name}, which does not exist here`);
  let release: (() => void) | null = null;
  const { server, dropAll } = acceptClients(options, access);
  try {
    const made = (await mkdir(runDir, { recursive: true, mode: 0o750 })) !== undefined;
    release = lockFile(join(runDir, 'control.lock'));
    if (release === null || (await answers(path))) throw new AlreadyRunning();
    // Not before: the directory of a running daemon stays as that daemon wants it.
    await openRunDir(runDir, access.door, made, log);
    await unlink(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await listen(server, path);
    const { door } = access;
    if (!door.open && door.group !== null) await chown(path, own, door.group);
    await chmod(path, door.open ? 0o666 : 0o660);
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
        dropAll();
      }),
  };
}
