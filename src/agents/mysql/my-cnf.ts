/** The option files of MariaDB and MySQL: groups, include files and include folders, as far as the server's own options go. */
import { parse } from 'ini';

/** What is needed of the machine; null: there is no such file, no such folder. */
export interface OptionFiles {
  read(path: string): Promise<string | null>;
  list(folder: string): Promise<readonly string[] | null>;
}

/** Groups that a server of any version reads. */
const serverGroups: readonly string[] = ['mysqld', 'mariadbd', 'mariadb', 'server', 'client-server'];

/** As deep as the server itself follows includes. */
const deepest = 10;

/**
 * The server's options by name (`pid_file` also for `pid-file`, without `loose-`), the last one of each, an empty text for one
 * without a value; null when there is no such file. Groups for one version (`[mariadb-10.11]`) are not read.
 */
export async function serverOptions(path: string, files: OptionFiles): Promise<ReadonlyMap<string, string> | null> {
  const options = new Map<string, string>();
  return (await readInto(options, path, files, 0)) ? options : null;
}

async function readInto(
  options: Map<string, string>,
  path: string,
  files: OptionFiles,
  depth: number,
): Promise<boolean> {
  const text = depth > deepest ? null : await files.read(path);
  if (text === null) return false;
  let group = '';
  for (const line of text.split('\n').map((line) => line.trim())) {
    const include = /^!(include|includedir)\s+(.+)$/.exec(line);
    const heading = /^\[([^\]]*)\]/.exec(line);
    if (include !== null) {
      // A file that is not there is the server's to complain of: it reads the same includes.
      for (const file of await included(include, files)) await readInto(options, file, files, depth + 1);
    } else if (heading !== null) group = (heading[1] ?? '').trim();
    else if (serverGroups.includes(group)) readOption(options, line);
  }
  return true;
}

async function included([, kind, path = '']: RegExpExecArray, files: OptionFiles): Promise<string[]> {
  const place = path.trim().replace(/\/+$/, '');
  if (kind === 'include') return [place];
  const names = (await files.list(place)) ?? [];
  return [...names]
    .filter((name) => name.endsWith('.cnf'))
    .sort()
    .map((name) => `${place}/${name}`);
}

/** One line for the package ini, which knows quotes, escapes and comments. */
function readOption(options: Map<string, string>, line: string): void {
  for (const [key, value] of Object.entries(parse(line))) {
    const name = key
      .trim()
      .replaceAll('-', '_')
      .replace(/^loose_/, '');
    options.set(name, value === true ? '' : String(value));
  }
}
