/** `respawn` and `failfast`: programs that run beside the daemon while its node is active (heartbeat-behaviour, 11). */
import { hint } from './nearest.js';
import type { Reading, Statement, StatementReader } from './statement.js';
import { quote, type Word } from './words.js';

/** Clients of the old package that talk to it over its own library. There is no such interface here: they could only fail. */
const ownInterface = new Set(
  'apphbd attrd ccm cib cibmon crmd dopd hbagent lha-snmpagent lrmd mgmtd pingd quorumd stonithd'.split(' '),
);

/** `respawn USER COMMAND [ARGUMENT...]` */
export const readRespawn: StatementReader = (statement, reading) => readClient(statement, reading, false);

/** `failfast USER COMMAND [ARGUMENT...]`: the node is no good without that program. */
export const readFailfast: StatementReader = (statement, reading) => readClient(statement, reading, true);

function readClient({ directive, words }: Statement, { report, draft, host }: Reading, failfast: boolean): void {
  const [user, program, ...args] = words;
  if (!user || !program) {
    const form = 'USER COMMAND [ARGUMENT...]';
    return report.error(directive, `directive "${directive.text}" needs ${form}; there are too few words`);
  }
  if (!program.text.startsWith('/')) {
    return report.error(program, `${quote(program.text)} is not the absolute path of a command`);
  }
  const name = program.text.slice(program.text.lastIndexOf('/') + 1);
  if (name === 'ipfail') {
    return report.warning(directive, 'what ipfail does is built in: this line is ignored; remove it');
  }
  if (ownInterface.has(name)) {
    const text = `${quote(name)} needs Heartbeat's own client interface, which is not here: this line is ignored`;
    return report.warning(directive, text);
  }
  if (host.users && !host.users.has(user.text)) {
    const near = hint(user.text, host.users);
    report.warning(user, `there is no user ${quote(user.text)} in /etc/passwd: the command cannot be started${near}`);
  }
  if (failfast) report.warning(directive, `when this command fails the node leaves the cluster; it is not rebooted`);
  draft.clients.push({ user: user.text, command: asWritten([program, ...args]), failfast, line: directive.line });
}

/** The words with what was between them: a shell may care for two blanks in quotes. A tab has become one blank. */
function asWritten(words: readonly Word[]): string {
  let text = '';
  const [first] = words;
  for (const word of words) text = text.padEnd(word.column - (first?.column ?? 1)) + word.text;
  return text;
}
