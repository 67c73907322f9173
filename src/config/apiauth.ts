/** `apiauth NAME uid=USER,... gid=GROUP,...`: who may use the control socket. */
import { hint } from './nearest.js';
import type { Reading, Statement } from './statement.js';
import { quote, type Word } from './words.js';

/** Names that mean something here: who may give orders, who may ask, and who may do what no other entry says. */
const meant = ['systole', 'anon', 'default'];

type Kind = 'uid' | 'gid';

export function readApiauth({ directive, words }: Statement, { report, draft, host }: Reading): void {
  const [name, ...rest] = words;
  if (!name || rest.length === 0) {
    return report.error(
      directive,
      'directive "apiauth" needs NAME and uid=USER,... or gid=GROUP,...; there are too few words',
    );
  }
  if (draft.apiauth.has(name.text)) report.error(name, `apiauth names ${quote(name.text)} a second time`);
  const entry = { users: [] as string[], groups: [] as string[] };
  draft.apiauth.set(name.text, entry);
  const isMeant = meant.includes(name.text);
  if (!isMeant) {
    const text = `apiauth for ${quote(name.text)} has no effect: there is no such client here; "systole" names who may give orders, "anon" who may ask`;
    report.warning(name, text);
  }
  for (const word of rest) {
    const [, kind, list] = /^(uid|gid)=([^,]+(?:,[^,]+)*)$/.exec(word.text) ?? [];
    if ((kind !== 'uid' && kind !== 'gid') || list === undefined) {
      const near = hint(word.text, ['uid=', 'gid=']);
      report.error(word, `${quote(word.text)} is not uid=USER,... or gid=GROUP,...${near}`);
      continue;
    }
    const names = list.split(',');
    entry[kind === 'uid' ? 'users' : 'groups'].push(...names);
    const known = kind === 'uid' ? host.users : host.groups;
    if (isMeant && known) for (const one of names) checkKnown(kind, one, { word, known, report });
  }
}

/** Numbers need no entry in a file. */
function checkKnown(
  kind: Kind,
  name: string,
  { word, known, report }: { word: Word; known: ReadonlySet<string>; report: Reading['report'] },
): void {
  if (known.has(name) || /^\d+$/.test(name)) return;
  const [what, file] = kind === 'uid' ? ['user', '/etc/passwd'] : ['group', '/etc/group'];
  report.warning(word, `there is no ${what} ${quote(name)} in ${file}${hint(name, known)}`);
}
