import { type AddressInfo, createServer, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { greet } from '../../../src/agents/rabbitmq/amqp-greeting.js';

/** A listener that treats its clients so; gives its port. */
async function listening(t: Test, treat: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    treat(socket);
  });
  t.teardown(() => server.close());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

const start = Buffer.from([1, 0, 0, 0, 0, 0, 9, 0, 10, 0, 10, 0, 9]);
const at = (port: number) => ({ address: '127.0.0.1', port });

t.test('a broker greets, in however many pieces', async (t) => {
  let said = '';
  const port = await listening(t, (socket) => {
    socket.on('data', (data) => {
      said += data.toString('latin1');
      socket.write(start.subarray(0, 5));
      setImmediate(() => socket.write(start.subarray(5)));
    });
  });
  t.same(await greet(at(port), 5000), { kind: 'greets', why: '' });
  t.equal(said, 'AMQP\0\0\x09\x01');
});

t.test('nobody, somebody else, and one that hangs', async (t) => {
  const other = await listening(t, (socket) => socket.end('AMQP\0\0\x09\x01, is not me'));
  t.match(await greet(at(other), 5000), { kind: 'wrong', why: /does not speak AMQP 0-9-1$/ });
  const short = await listening(t, (socket) => socket.end('no'));
  t.match(await greet(at(short), 5000), { kind: 'wrong', why: /without a greeting$/ });
  const silent = await listening(t, () => {});
  t.match(await greet(at(silent), 100), { kind: 'wrong', why: /gives no answer within 0.1 s$/ });
  t.match(await greet(at(1), 5000), { kind: 'absent', why: 'nobody listens at 127.0.0.1 port 1' });
});
