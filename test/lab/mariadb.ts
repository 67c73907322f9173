/** A real MariaDB on the nodes of a lab. */
import type { LabNode } from './node.js';
import { fetchPackages, type Packages } from './packages.js';
import { must } from './run.js';

/** Server, client and nft, for `createLab({ packages })`. */
export function mariadbPackages(): Promise<Packages> {
  return fetchPackages('mariadb', ['mariadb-server', 'mariadb-client', 'nftables']);
}

export interface Database {
  readonly datadir: string;
  /** Lines of [mysqld]. */
  readonly more?: readonly string[];
}

export const optionFile = '/etc/mysql/my.cnf';

/** What the package's installation would have done on a node: the account and the option file. Small, for a quick start. */
export async function prepareMariadb(node: LabNode, { datadir, more = [] }: Database): Promise<void> {
  const lines = ['[mysqld]', `datadir = ${datadir}`, 'tmpdir = /run/mysql-tmp', 'skip-name-resolve'];
  const small = ['innodb-log-file-size = 8M', 'innodb_buffer_pool_size = 16M', 'performance_schema = off'];
  node.writeFile(optionFile, [...lines, ...small, ...more, ''].join('\n'));
  await must(node.namespace.enter(['sh', '-ec', accounts]));
}

/** Also after each boot: the host's /tmp is not for all. */
const accounts = `
getent group mysql > /dev/null || echo mysql:x:798: >> /etc/group
getent passwd mysql > /dev/null || echo mysql:x:798:798::/nonexistent:/bin/false >> /etc/passwd
install -d -o mysql -g mysql /run/mysql-tmp`;

/** Makes an empty database in a data directory, whose root may only come through the socket. */
export async function makeDatabase(node: LabNode, { datadir }: Database): Promise<void> {
  await must(node.namespace.enter(['install', '-d', '-o', 'mysql', '-g', 'mysql', datadir]));
  const options = ['--user=mysql', '--skip-name-resolve', '--auth-root-authentication-method=socket', '--skip-test-db'];
  await must(node.namespace.enter(['mariadb-install-db', `--defaults-file=${optionFile}`, ...options]), {
    timeoutMs: 120_000,
  });
}

/** Runs SQL as root through the socket. */
export function sql(node: LabNode, text: string): Promise<string> {
  const argv = ['mariadb', '--socket=/run/mysqld/mysqld.sock', '--batch', '--skip-column-names'];
  return must(node.namespace.enter(argv), { input: text });
}
