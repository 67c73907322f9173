/** Which scripts of rc.d are run by messages: the operator's own, not those that Heartbeat itself brings. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { handledTypes } from '../../config/handled-types.js';

export interface RcScripts {
  /** Names of the scripts that messages of that type run. */
  readonly own: readonly string[];
  /** Names of scripts that are there and are not run: what they are for is done here without them. */
  readonly notRun: readonly string[];
}

/** What only the script that Heartbeat brings for `status` has: it takes a dead node's resources over. */
const takesOver = /\b(mach_down|req_resource|ResourceManager)\b/;

/** The scripts of `${haDir}/rc.d`: executable files with names in lower case, as message types are looked up. */
export async function listRcScripts(haDir: string): Promise<RcScripts> {
  const dir = `${haDir}/rc.d`;
  // A directory that is not there holds no scripts.
  const names = (await readdir(dir).catch(() => [])).filter((name) => /^[a-z0-9][a-z0-9_.-]*$/.test(name)).sort();
  const kinds = await Promise.all(names.map(async (name) => ({ name, kind: await kindOf(`${dir}/${name}`, name) })));
  const named = (wanted: string) => kinds.flatMap(({ name, kind }) => (kind === wanted ? [name] : []));
  return { own: named('own'), notRun: named('notRun') };
}

async function kindOf(path: string, name: string): Promise<'own' | 'notRun' | 'none'> {
  // A link that points nowhere is no script.
  const info = await stat(path).catch(() => null);
  if (!info?.isFile() || (info.mode & 0o111) === 0) return 'none';
  if (handledTypes.has(name)) return 'notRun';
  if (name !== 'status') return 'own';
  // One that cannot be read might be Heartbeat's: better a script not run than resources started twice.
  const text = await readFile(path, 'latin1').catch(() => 'mach_down');
  return takesOver.test(text) ? 'notRun' : 'own';
}
