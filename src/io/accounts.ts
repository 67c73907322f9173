/** Users and groups of this machine, from /etc/passwd and /etc/group: what a directory server may know beside them is not asked for. */
import { readFile } from 'node:fs/promises';

export interface User {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

export interface Accounts {
  readonly users: ReadonlyMap<string, User>;
  /** Number of each group. */
  readonly groups: ReadonlyMap<string, number>;
}

/** Reads both files below `etc`. One that is not there, or cannot be read, holds nobody. */
export async function readAccounts(etc = '/etc'): Promise<Accounts> {
  const [passwd, group] = await Promise.all([lines(`${etc}/passwd`), lines(`${etc}/group`)]);
  const users = passwd.flatMap(([name = '', , uid, gid, , home = '/']) =>
    isNumber(uid) && isNumber(gid) ? [[name, { uid: Number(uid), gid: Number(gid), home }] as const] : [],
  );
  const groups = group.flatMap(([name = '', , gid]) => (isNumber(gid) ? [[name, Number(gid)] as const] : []));
  // Of two entries of a name the first one counts, as for the C library.
  return { users: new Map(users.reverse()), groups: new Map(groups.reverse()) };
}

const isNumber = (text: string | undefined): text is string => /^\d+$/.test(text ?? '');

async function lines(path: string): Promise<string[][]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').map((line) => line.split(':'));
}
