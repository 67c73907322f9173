import t from 'tap';
import type { PingNodeConfig } from '../../../src/config/types.js';
import { openPinger } from '../../../src/io/ping/pinger.js';
import { ip, ownNetwork, until } from '../../support/own-network.js';

const ping = (name: string): PingNodeConfig => ({ name, plugin: 'ping', family: 4, hosts: [name] });
const ping6 = (name: string): PingNodeConfig => ({ name, plugin: 'ping6', family: 6, hosts: [name] });
const group = (name: string, ...hosts: string[]): PingNodeConfig => ({ name, plugin: 'ping_group', family: 4, hosts });

/** A pinger with everything it tells. */
function open(...configs: PingNodeConfig[]) {
  const echoes: string[] = [];
  const troubles: string[] = [];
  const pinger = openPinger(configs, {
    onEcho: (pingNode, bytes) => echoes.push(`${pingNode}: ${Buffer.from(bytes)}`),
    onTrouble: (text) => troubles.push(text),
  });
  return { pinger, echoes, troubles };
}

const say = (text: string) => Buffer.from(text);

if (ownNetwork(t, import.meta.url)) {
  ip('addr add 2001:db8::1/128 dev lo');

  t.test('what is sent comes back, over IPv4 and IPv6', async (t) => {
    const { pinger, echoes, troubles } = open(ping('127.0.0.7'), ping6('2001:db8::1'), ping6('::1'));
    t.teardown(() => pinger.close());
    pinger.ping('127.0.0.7', say('four'));
    pinger.ping('2001:db8::1', say('six'));
    await until('two echoes', () => echoes.length === 2);
    t.same(echoes.sort(), ['127.0.0.7: four', '2001:db8::1: six']);
    pinger.ping('::1', say('again'));
    pinger.ping('127.0.0.7', say('and again'));
    await until('two more', () => echoes.length === 4);
    t.same(troubles, []);
    t.same(pinger.counters, { asked: 4, answered: 4, failed: 0 });
  });

  t.test('a group answers once, whoever of it answers', async (t) => {
    const { pinger, echoes } = open(group('gateways', '127.0.0.1', '127.0.0.2', '127.0.0.3'), ping('127.0.0.4'));
    t.teardown(() => pinger.close());
    pinger.ping('gateways', say('one'));
    pinger.ping('127.0.0.4', say('last'));
    await until('the last', () => echoes.includes('127.0.0.4: last'));
    t.same(echoes, ['gateways: one', '127.0.0.4: last']);
    t.equal(pinger.counters.asked, 4, 'every host was asked');
  });

  t.test('two that ping the same hosts do not hear each other', async (t) => {
    const [one, two] = [open(ping('127.0.0.1')), open(ping('127.0.0.1'))];
    t.teardown(() => [one, two].forEach(({ pinger }) => void pinger.close()));
    one.pinger.ping('127.0.0.1', say('of one'));
    two.pinger.ping('127.0.0.1', say('of two'));
    await until('both', () => one.echoes.length > 0 && two.echoes.length > 0);
    t.same([one.echoes, two.echoes], [['127.0.0.1: of one'], ['127.0.0.1: of two']]);
  });

  t.test('an address that cannot be reached is told once, and forgotten when it can', async (t) => {
    const { pinger, echoes, troubles } = open(ping('192.0.2.1'));
    t.teardown(() => pinger.close());
    pinger.ping('192.0.2.1', say('x'));
    pinger.ping('192.0.2.1', say('x'));
    t.same(troubles, ['ping node 192.0.2.1 cannot be asked: network is unreachable (ENETUNREACH)']);
    t.equal(pinger.counters.failed, 2);
    ip('addr add 192.0.2.1/32 dev lo');
    pinger.ping('192.0.2.1', say('y'));
    await until('the echo', () => echoes.length > 0);
    t.same(echoes, ['192.0.2.1: y']);
    ip('addr del 192.0.2.1/32 dev lo');
    pinger.ping('192.0.2.1', say('z'));
    t.equal(troubles.length, 2);
  });

  t.test('of a group each host is told once, whatever becomes of the others', async (t) => {
    const { pinger, troubles } = open(group('gateways', '127.0.0.1', '192.0.2.1', '192.0.2.2'));
    t.teardown(() => pinger.close());
    for (let round = 0; round < 5; round++) pinger.ping('gateways', say('x'));
    t.same(troubles, [
      'ping node gateways (host 192.0.2.1) cannot be asked: network is unreachable (ENETUNREACH)',
      'ping node gateways (host 192.0.2.2) cannot be asked: network is unreachable (ENETUNREACH)',
    ]);
    t.match(pinger.counters, { asked: 5, failed: 10 });
  });

  t.test('a host that has no name here', async (t) => {
    const { pinger, troubles } = open(ping('no-such-host.invalid'));
    t.teardown(() => pinger.close());
    await until('trouble', () => troubles.length > 0);
    t.match(troubles[0], /^ping node no-such-host.invalid: no IPv4 address is known for host no-such-host.invalid/);
    pinger.ping('no-such-host.invalid', say('x'));
    pinger.ping('unknown', say('x'));
    t.equal(pinger.counters.asked, 0);
  });

  t.test('a host that stays without a name is told of once', async (t) => {
    const { setTimeout: later } = globalThis;
    let lookups = 0;
    const soon = (work: () => void, ms: number) => {
      if (ms === 5000) lookups += 1;
      return later(work, ms === 5000 ? 5 : ms);
    };
    t.intercept(globalThis, 'setTimeout', { value: soon });
    const { pinger, troubles } = open(ping('no-such-host.invalid'));
    t.teardown(() => pinger.close());
    await until('three lookups', () => lookups >= 3);
    t.equal(troubles.length, 1);
  });

  t.test('after closing nothing comes', async (t) => {
    const { pinger, echoes } = open(ping('127.0.0.1'));
    pinger.ping('127.0.0.1', say('x'));
    pinger.close();
    pinger.ping('127.0.0.1', say('y'));
    const other = open(ping('127.0.0.1'));
    t.teardown(() => other.pinger.close());
    other.pinger.ping('127.0.0.1', say('z'));
    await until('the other', () => other.echoes.length > 0);
    t.same(echoes, []);
  });
}
