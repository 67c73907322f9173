/**
 * The control socket's language: one JSON object a line in each direction over the UNIX stream socket
 * RUN/control.sock. A client may send several requests; each is answered once, by its id.
 */
import type { Command } from '../events.js';
import type { Status } from '../status.js';

export type ControlRequest =
  | { readonly id: number; readonly ask: 'status' }
  | { readonly id: number; readonly ask: 'command'; readonly command: Command };

export type ControlResponse =
  | { readonly id: number; readonly ok: true; readonly status: Status }
  | { readonly id: number; readonly ok: true; readonly text: string }
  /** `denied`: this user may not even ask; with id 0, before any request. */
  | { readonly id: number; readonly ok: false; readonly text: string; readonly denied?: true };

/** Longest line either side accepts, in bytes. */
export const maxLineBytes = 4 * 1024 * 1024;

/** Longest request a daemon reads, in bytes. */
export const maxRequestBytes = 64 * 1024;

/** Longest path Linux takes for a socket (sun_path, without its final NUL). */
export const maxSocketPathBytes = 107;

/** File name of the socket below the run directory. */
export const socketName = 'control.sock';
