/** How clients that are not served are told so and let go, at a bounded cost whatever they do. */
import type { Socket } from 'node:net';
import { type ControlResponse, maxRequestBytes } from '../control-protocol.js';

export interface Farewells {
  /** Says one last thing and closes; the connection is gone a second later at most, or at once when too many leave. */
  sendAway(socket: Socket, answer: { readonly text: string; readonly denied?: true }): void;
  /** Drops whoever is still leaving. */
  close(): void;
}

export interface FarewellLimits {
  /** Most connections at a time that are being closed in good manners. */
  readonly max: number;
  /** How long one has to read its answer (default 1 s). */
  readonly lingerMs?: number;
}

/** Connections that are being sent away, apart from those that are served: they take nobody's place. */
export function createFarewells({ max, lingerMs = 1000 }: FarewellLimits): Farewells {
  const leaving = new Set<Socket>();
  return {
    sendAway(socket, answer) {
      socket.on('error', () => socket.destroy());
      if (leaving.size >= max) {
        socket.destroy();
        return;
      }
      leaving.add(socket);
      // A fixed time: one that starts anew with each byte never ends for somebody who goes on sending.
      const limit = setTimeout(() => socket.destroy(), lingerMs).unref();
      socket.on('close', () => {
        clearTimeout(limit);
        leaving.delete(socket);
      });
      socket.end(`${JSON.stringify({ id: 0, ok: false, ...answer } satisfies ControlResponse)}\n`);
      forgetWhatComes(socket);
    },
    close() {
      for (const socket of leaving) socket.destroy();
    },
  };
}

/** One request is read, so that the client's own end is noticed and it gets its answer; who sends more is cut off. */
function forgetWhatComes(socket: Socket): void {
  let bytes = 0;
  socket.on('data', (chunk) => {
    bytes += chunk.length;
    if (bytes > maxRequestBytes) socket.destroy();
  });
}
