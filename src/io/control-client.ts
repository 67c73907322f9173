/** The command line's end of the control socket. */
import { connect } from 'node:net';
import { join } from 'node:path';
import { createLineCutter } from './control/lines.js';
import {
  type ControlRequest,
  type ControlResponse,
  maxLineBytes,
  maxSocketPathBytes,
  socketName,
} from './control-protocol.js';

/** The daemon could not be asked. `message` is one plain line. */
export class DaemonUnreachable extends Error {
  /** `absent`: nobody listens. `denied`: this user may not. `silent`: no answer in time. `garbled`: no answer we understand. */
  readonly kind: 'absent' | 'denied' | 'silent' | 'garbled';

  constructor(kind: DaemonUnreachable['kind'], detail: string) {
    const hints = {
      absent: '(is systole running?)',
      denied: '(only root, group haclient or whom apiauth in ha.cf names may ask it)',
      silent: '(is it stopped or overloaded?)',
      garbled: '(is it of another version?)',
    };
    super(`cannot reach the daemon: ${detail} ${hints[kind]}`);
    this.kind = kind;
  }
}

function refusal(error: NodeJS.ErrnoException, path: string): DaemonUnreachable {
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return new DaemonUnreachable('denied', `permission denied at ${path}`);
  }
  if (error.code === 'ENOENT') return new DaemonUnreachable('absent', `there is no socket ${path}`);
  if (error.code === 'ECONNREFUSED') return new DaemonUnreachable('absent', `nobody listens at ${path}`);
  return new DaemonUnreachable('absent', `${path}: ${error.message}`);
}

function responseOf(line: string): ControlResponse | null {
  try {
    const value = JSON.parse(line) as ControlResponse;
    return typeof value?.id === 'number' && typeof value.ok === 'boolean' ? value : null;
  } catch {
    // A line that is not JSON is as wrong as one without the fields.
    return null;
  }
}

/** Asks the daemon of `runDir` one thing. Rejects with DaemonUnreachable, after `timeoutMs` at the latest. */
export function ask(runDir: string, request: ControlRequest, timeoutMs: number): Promise<ControlResponse> {
  const path = join(runDir, socketName);
  return new Promise((resolve, reject) => {
    if (Buffer.byteLength(path) > maxSocketPathBytes) {
      reject(new DaemonUnreachable('absent', `the path ${path} is too long for a socket`));
      return;
    }
    const socket = connect(path);
    const cutter = createLineCutter(maxLineBytes);
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      settle();
    };
    const fail = (error: DaemonUnreachable): void => finish(() => reject(error));
    const timer = setTimeout(
      () => fail(new DaemonUnreachable('silent', `no answer within ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    socket.once('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('data', (chunk) => {
      const lines = cutter.take(chunk);
      if (lines === null) return fail(new DaemonUnreachable('garbled', 'its answer is too long'));
      for (const line of lines) {
        const response = responseOf(line);
        if (response === null) return fail(new DaemonUnreachable('garbled', 'its answer makes no sense'));
        if (!response.ok && response.denied) return fail(new DaemonUnreachable('denied', response.text));
        // Id 0 is a refusal of the connection itself.
        if (response.id === request.id || response.id === 0) return finish(() => resolve(response));
      }
    });
    socket.once('error', (error) => fail(refusal(error, path)));
    socket.once('close', () => fail(new DaemonUnreachable('silent', 'it closed the connection without an answer')));
  });
}
