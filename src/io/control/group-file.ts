/** Numbers of groups, from /etc/group. */
import { readFile } from 'node:fs/promises';

/** The number of group `name`, or null when there is none (or the file cannot be read: then there is no such group for us). */
export async function groupNumber(name: string, path = '/etc/group'): Promise<number | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  for (const line of text.split('\n')) {
    const [group, , number] = line.split(':');
    if (group === name && /^\d+$/.test(number ?? '')) return Number(number);
  }
  return null;
}
