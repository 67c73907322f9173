/** Where a server has its files and by which programs it is run: parameters first, then my.cnf, then Debian's defaults. */
import { isAbsolute, join } from 'node:path';
import type { AgentContext } from '../frame/agent.js';
import { type Answer, misconfigured, notInstalled, Refusal } from '../frame/answer.js';
import type { World } from '../frame/world.js';
import { serverOptions } from './my-cnf.js';

export interface ServerSettings {
  readonly binary: string;
  readonly client: string;
  /** Null: there is none, and the server goes by its own defaults. */
  readonly config: string | null;
  readonly datadir: string;
  readonly socket: string;
  readonly pidFile: string;
  readonly log: string;
  /** The account the server runs as. */
  readonly user: string;
  readonly port: number;
  /** More options for the server. */
  readonly more: readonly string[];
  /** Whom the monitor's query comes from. */
  /** What is not here and a start needs. What was never installed, or is on a disk that is not mounted, can still be found stopped. */
  readonly missing: Answer | null;
  readonly asks: { readonly user: string; readonly password: string | null };
}

const usualFiles = ['/etc/mysql/my.cnf', '/etc/my.cnf', '/etc/mysql/mariadb.cnf'];
const servers = ['mariadbd', 'mysqld'];
const clients = ['mariadb', 'mysql'];

/** Throws a `Refusal` for a port that is none. */
export async function readSettings({ parameters, world }: AgentContext): Promise<ServerSettings> {
  const { config, options, missing } = await readConfig(parameters.text('config'), world);
  const choose = (parameter: string, option: string, otherwise: string): string =>
    parameters.text(parameter) ?? (options.get(option) || otherwise);
  const datadir = choose('datadir', 'datadir', '/var/lib/mysql').replace(/(.)\/+$/, '$1');
  const within = (path: string): string => (isAbsolute(path) ? path : join(datadir, path));
  const binary = await firstOf(parameters.text('binary'), servers, world);
  const client = await firstOf(parameters.text('client_binary'), clients, world);
  return {
    binary: binary.name,
    client: client.name,
    missing: missing ?? binary.missing ?? client.missing,
    config,
    datadir,
    socket: within(choose('socket', 'socket', '/run/mysqld/mysqld.sock')),
    pidFile: within(choose('pid', 'pid_file', '/run/mysqld/mysqld.pid')),
    log: within(choose('log', 'log_error', '/var/log/mysql/error.log')),
    user: choose('user', 'user', 'mysql'),
    port: portOf(choose('port', 'port', '3306')),
    more: (parameters.text('additional_parameters') ?? '').split(/\s+/).filter((word) => word !== ''),
    asks: { user: parameters.need('test_user'), password: parameters.text('test_passwd') },
  };
}

interface Config {
  readonly config: string | null;
  readonly options: ReadonlyMap<string, string>;
  readonly missing: Answer | null;
}

async function readConfig(given: string | null, world: World): Promise<Config> {
  for (const config of given === null ? usualFiles : [given]) {
    const options = await serverOptions(config, world);
    if (options !== null) return { config, options, missing: null };
  }
  const missing = given === null ? null : misconfigured(`config: there is no file ${given}`);
  return { config: given, options: new Map(), missing };
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Refusal(misconfigured(`port: ${text} is no port`));
}

interface Program {
  readonly name: string;
  readonly missing: Answer | null;
}

async function firstOf(given: string | null, usual: readonly string[], world: World): Promise<Program> {
  for (const name of given === null ? usual : [given]) {
    if (await world.hasProgram(name)) return { name, missing: null };
  }
  const packages = 'Debian packages mariadb-server and mariadb-client';
  const missing = notInstalled(`there is no program ${given ?? usual.join(' or ')} (${packages})`);
  return { name: given ?? usual[0] ?? '', missing };
}
