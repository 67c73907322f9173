/** What the agent mysql says of itself. */
import type { AgentDescription, ParameterDescription } from '../frame/description.js';

const text = (name: string, shortText: string, longText: string): ParameterDescription => ({
  name,
  type: 'string',
  shortText,
  longText,
});

const seconds = (name: string, otherwise: string, shortText: string, longText: string): ParameterDescription => ({
  name,
  type: 'integer',
  default: otherwise,
  range: [0, 86_400],
  shortText,
  longText,
});

const inOrder = ['config', 'datadir'];

/** `NAME=VALUE` each, or the option file and the data directory. */
function readWords(words: readonly string[]): Record<string, string> {
  const plain = words.filter((word) => !word.includes('='));
  const named = words.filter((word) => word.includes('=')).map((word) => word.split(/=(.*)/s).slice(0, 2));
  return { ...Object.fromEntries(plain.map((word, i) => [inOrder[i] ?? '', word])), ...Object.fromEntries(named) };
}

const files = [
  text(
    'config',
    'The option file',
    'my.cnf. Without it the first there is of /etc/mysql/my.cnf, /etc/my.cnf and /etc/mysql/mariadb.cnf.',
  ),
  { ...text('datadir', 'The data directory', 'Without it that of the option file, or /var/lib/mysql.'), unique: true },
  { ...text('socket', 'The socket', 'Without it that of the option file, or /run/mysqld/mysqld.sock.'), unique: true },
  { ...text('pid', 'The pid file', 'Without it that of the option file, or /run/mysqld/mysqld.pid.'), unique: true },
  text('log', 'The error log', 'Without it that of the option file, or /var/log/mysql/error.log.'),
  text('user', 'The account', 'Whom the server runs as. Without it that of the option file, or mysql.'),
  text('port', 'The port', 'That is blocked with replication. Without it that of the option file, or 3306.'),
  text('binary', 'The server', 'Program. Without it mariadbd, or mysqld.'),
  text('client_binary', 'The client', 'Program. Without it mariadb, or mysql.'),
  text('additional_parameters', 'More options', 'Options for the server, with blanks between them.'),
  {
    ...text('test_user', 'Who asks', 'The account of the server that the query of a monitor comes from.'),
    default: 'root',
  },
  text('test_passwd', 'Its password', 'Without it what [client] in the option file says, or none.'),
];

const replication: readonly ParameterDescription[] = [
  {
    name: 'replication',
    type: 'boolean',
    default: 'false',
    shortText: 'Replication instead of shared storage',
    longText:
      'Every node has data of its own, and its server is a replica of the other node. The server runs on all nodes; the resource is which of them serves clients: ' +
      'the others have the port blocked on the service addresses, and a start unblocks it once the replica has caught up.',
  },
  text(
    'ip',
    'The service addresses',
    'With replication required: addresses, with blanks or commas between them, on which clients are kept away until the replica has caught up.',
  ),
  seconds('catch_up_limit', '300', 'How long to wait for the replica', 'Seconds after which catch_up_late counts.'),
  {
    ...text(
      'catch_up_late',
      'What then',
      'wait: on, until the start has no more time and fails; open: let clients in all the same; fail: the start fails at once.',
    ),
    default: 'wait',
  },
  seconds(
    'source_limit',
    '10',
    'How long to wait for a source that is away',
    'Seconds for which the source of the replica must have been out of reach before what was received from it counts as all there is.',
  ),
];

export const description: AgentDescription = {
  name: 'mysql',
  version: '1.0',
  shortText: 'A MariaDB or MySQL server',
  longText:
    'Runs a server on a data directory of a shared disk, on one node at a time. Started means that a query is answered; so does monitored. A stop waits for a clean shutdown. ' +
    'With replication=yes it decides instead which of several replicas serves clients, and lets none serve stale data.',
  parameters: [...files, ...replication],
  call: { usage: '[config [datadir]] [NAME=VALUE...]', maxWords: 20, read: readWords },
  times: { startS: 120, stopS: 120, monitorS: 30, monitorEveryS: 10 },
};
