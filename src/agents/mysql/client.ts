/** Queries by the command line client over the server's socket. */
import { saidBy } from '../frame/programs.js';
import type { World } from '../frame/world.js';
import type { ServerSettings } from './settings.js';

export type Reply =
  | { readonly ok: true; readonly text: string }
  /** `number`: the error's, as the server or the client gives it; null when it has none. */
  | { readonly ok: false; readonly why: string; readonly number: number | null };

/** Asks one thing, within a limit (ms). The password is not on the command line, where every user could read it. */
export async function query(
  { world, settings }: { readonly world: World; readonly settings: ServerSettings },
  sql: string,
  limitMs: number,
): Promise<Reply> {
  const { client, config, socket, asks } = settings;
  const ended = await world.run(
    [
      client,
      ...(config === null ? [] : [`--defaults-file=${config}`]),
      '--protocol=socket',
      `--socket=${socket}`,
      `--user=${asks.user}`,
      `--connect-timeout=${Math.max(1, Math.floor(limitMs / 1000))}`,
      '--batch',
      '--execute',
      sql,
    ],
    { limitMs, environment: asks.password === null ? {} : { MYSQL_PWD: asks.password } },
  );
  if (ended.code === 0) return { ok: true, text: ended.stdout };
  const why = saidBy(ended);
  const number = /ERROR (\d+)/.exec(why)?.[1];
  return { ok: false, why, number: number === undefined ? null : Number(number) };
}

const accessDenied: readonly number[] = [1044, 1045, 1698];

/** The server is there, but does not let the agent in: waiting does not help. */
export const isRefused = (reply: Reply): boolean =>
  !reply.ok && reply.number !== null && accessDenied.includes(reply.number);
