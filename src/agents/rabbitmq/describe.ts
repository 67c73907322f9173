/** What the agent rabbitmq says of itself. */
import { type AgentDescription, type ParameterDescription, wordsInOrder } from '../frame/description.js';

function text(name: string, value: string, shortText: string, longText: string): ParameterDescription {
  return { name, type: 'string', default: value, shortText, longText };
}

export const describeRabbitmq: AgentDescription = {
  name: 'rabbitmq',
  version: '1.0',
  shortText: 'A RabbitMQ broker, active on one node',
  longText:
    'Runs one RabbitMQ broker on a directory on shared storage, under a node name that is the same on every machine: no cluster ' +
    'of brokers. A start is done when the broker greets AMQP clients, a stop when it has told its clients and written ' +
    'what it has. Monitor asks the broker for its greeting, and now and then its node whether it runs.',
  parameters: [
    {
      ...text('mnesia_base', '/var/lib/rabbitmq/mnesia', 'The directory', 'On the storage that goes with the group.'),
      unique: true,
    },
    {
      ...text(
        'nodename',
        'rabbit@localhost',
        'The name of the node',
        'The same on every machine. Its host must have an address everywhere: localhost has.',
      ),
      unique: true,
    },
    {
      name: 'port',
      type: 'integer',
      range: [1, 65_535],
      default: '5672',
      shortText: 'Port of AMQP',
      longText: 'Where the broker is asked for its greeting, without TLS.',
    },
    text('address', '127.0.0.1', 'Address of AMQP', 'Where the broker is asked for its greeting.'),
    text('user', 'rabbitmq', 'The user', 'Whom the broker runs as.'),
    {
      name: 'group',
      type: 'string',
      shortText: 'The group',
      longText: 'Whom the broker runs as. Without it, that of the name of the user.',
    },
    text('home', '/var/lib/rabbitmq', 'Home of the user', 'Where .erlang.cookie is, which is made if it is not there.'),
    {
      name: 'config_file',
      type: 'string',
      shortText: "The broker's configuration",
      longText: 'Path of rabbitmq.conf. Without it, that in /etc/rabbitmq, if there is one.',
    },
    text('log_dir', '/var/log/rabbitmq', 'Directory of its logs', 'Made if it is not there.'),
    text('programs', '/usr/lib/rabbitmq/bin', 'Where the programs are', 'rabbitmq-server and rabbitmq-diagnostics.'),
    {
      name: 'ask_every',
      type: 'integer',
      range: [0, 100_000],
      default: '30',
      shortText: 'How often the node is asked',
      longText:
        'Monitor asks the broker for its greeting each time. After so many times it has rabbitmq-diagnostics ask the node, too, ' +
        'which costs a second of a processor. 0: never.',
    },
  ],
  call: wordsInOrder('mnesia_base', 'nodename', 'port'),
  times: { startS: 60, stopS: 60, monitorS: 20, monitorEveryS: 10 },
};
