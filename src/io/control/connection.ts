/**
 * One client of the control socket: lines in, answers out, with limits. A client that asks faster than it reads is not
 * read until it has caught up, so that it can fill nobody's memory but its own.
 */
import type { Socket } from 'node:net';
import { type ControlRequest, type ControlResponse, maxRequestBytes } from '../control-protocol.js';
import { createLineCutter } from './lines.js';
import { parseRequest } from './requests.js';

export interface ConnectionOptions {
  readonly socket: Socket;
  /** Puts work in the server's queue: one request a turn of the event loop, whoever asks. */
  readonly schedule: (work: () => void) => void;
  readonly onRequest: (request: ControlRequest, reply: (response: ControlResponse) => void) => void;
  /** A client that asks nothing and waits for nothing is sent away after this time. */
  readonly idleMs: number;
}

const maxOpenRequests = 16;
const maxUnreadBytes = 1_048_576;

/** Serves one client until either side ends. */
export function serveConnection(options: ConnectionOptions): void {
  const { socket, onRequest } = options;
  const cutter = createLineCutter(maxRequestBytes);
  let open = 0;

  const flow = (): void => {
    const busy = open >= maxOpenRequests || socket.writableLength > maxUnreadBytes;
    if (busy) socket.pause();
    else socket.resume();
  };
  const answer = (response: ControlResponse): void => {
    open -= 1;
    if (!socket.writable) return;
    socket.write(`${JSON.stringify(response)}\n`);
    flow();
  };
  const perform = (line: string): void => {
    if (socket.destroyed) return;
    const parsed = parseRequest(line);
    if (!parsed.ok) {
      answer({ id: parsed.id, ok: false, text: parsed.text });
      return;
    }
    let answered = false;
    onRequest(parsed.request, (response) => {
      if (answered) return;
      answered = true;
      answer(response);
    });
  };

  socket.on('data', (chunk) => {
    const lines = cutter.take(chunk);
    if (lines === null) {
      const text = `a request is longer than ${maxRequestBytes} bytes`;
      socket.end(`${JSON.stringify({ id: 0, ok: false, text } satisfies ControlResponse)}\n`);
      return;
    }
    for (const line of lines) {
      open += 1;
      options.schedule(() => perform(line));
    }
    flow();
  });
  socket.on('drain', flow);
  socket.setTimeout(options.idleMs, () => {
    // Somebody who waits for an answer is not idle; somebody who does not read his is.
    if (open === 0 || socket.writableLength > 0) socket.destroy();
  });
  socket.on('end', () => socket.end());
  // A client may go at any time: there is nobody left to tell.
  socket.on('error', () => socket.destroy());
}
