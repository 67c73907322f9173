/** A real RabbitMQ that goes from node to node, and a client that counts its messages. Five failovers: `npm run bench -- rabbitmq`. */
import t from 'tap';
import { brokerPackages, createBrokerPair, longestGapMs } from './broker-pair.js';
import { needLab } from './need.js';

t.setTimeout(600_000);

t.test('no confirmed message is lost over a power-off and a move', async (t) => {
  if (!(await needLab(t))) return;
  const packages = await brokerPackages();
  if ('missing' in packages) {
    t.pass(packages.missing, { skip: packages.missing });
    return;
  }
  const brokers = await createBrokerPair(packages.folders);
  t.teardown(() => brokers.close());
  const client = await brokers.start();
  let sinceNs = process.hrtime.bigint();
  await brokers.powerOff('a');
  t.comment(`power-off: ${longestGapMs(brokers.confirmed, sinceNs).toFixed(0)} ms without a confirmation`);
  sinceNs = process.hrtime.bigint();
  await brokers.move('b');
  t.comment(`move: ${longestGapMs(brokers.confirmed, sinceNs).toFixed(0)} ms without a confirmation`);
  const arrived = new Set(await client.collect());
  t.ok(brokers.confirmed.length > 100, `${brokers.confirmed.length} messages were confirmed`);
  t.same(
    brokers.confirmed.filter(({ number }) => !arrived.has(number)),
    [],
    'each of them arrived',
  );
  t.same(brokers.doubles, [], 'never two brokers, nor two nodes with the disk');
});
