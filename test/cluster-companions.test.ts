/** What the core has to do with programs of `respawn` and scripts of rc.d. */
import t from 'tap';
import type { ClusterConfig } from '../src/config/types.js';
import { Outgoing } from '../src/order/outgoing.js';
import { textFields } from '../src/wire/message.js';
import { testAuth, testConfig, webGroup } from './support/config.js';
import { Cores } from './support/core.js';

const clients: ClusterConfig['clients'] = [{ user: 'root', command: '/opt/x', failfast: true, line: 9 }];

const withScripts = (...scripts: string[]) => new Cores({ overrides: { clients, scripts } });

t.test('programs start once, when the node is active', async (t) => {
  const cores = withScripts();
  cores.boot('a');
  cores.run(1000);
  t.same(cores.starts, [], 'it still waits for b');
  cores.boot('b');
  cores.run(20_000);
  t.same(cores.starts.map(({ node }) => node).sort(), ['a', 'b']);
});

t.test('a failfast program that fails makes the node give up everything and leave', async (t) => {
  const cores = withScripts();
  cores.bootAll();
  t.same(cores.holders(), ['a']);
  cores.event('a', { type: 'failfast', at: cores.now, text: 'Client "/opt/x" exited with return code 1.' });
  cores.run(1000);
  t.match(cores.exitOf('a'), { code: 0 });
  t.same(cores.ran('a').at(-1), `stop ${webGroup}`);
  t.same(cores.holders(), ['b']);
  t.same(cores.doubles, []);
  t.same(cores.logged('a', 'crit'), ['Client "/opt/x" exited with return code 1.']);
});

t.test('status runs on changes of every node, and never with heartbeats', async (t) => {
  const cores = withScripts('status');
  cores.bootAll();
  const told = (node: string) =>
    cores.scripts.filter((one) => one.node === node).map(({ env }) => `${env.HA_src} ${env.HA_OSTATUS}-${env.HA_st}`);
  const before = told('b');
  t.same(
    before.filter((one) => one.startsWith('b')),
    ['b init-up', 'b up-active'],
  );
  t.same(before.filter((one) => one.startsWith('a')).at(-1), 'a up-active');
  cores.run(20_000);
  t.same(told('b'), before, 'nothing happens, nothing is told');
  cores.crash('a');
  cores.run(10_000);
  t.same(told('b').slice(before.length), ['a active-dead']);
});

t.test("a node's message runs its script once, if it is authentic and new", async (t) => {
  const cores = withScripts('backup', 'ask_resources');
  cores.boot('a');
  const peerOf = (secret?: string) => {
    const peer = new Outgoing({ self: 'b', config: testConfig(), auth: testAuth(secret) });
    peer.start({ at: 0, wallMs: 1_700_000_000_000, generation: 9, uuid: 'b'.repeat(16) });
    return peer;
  };
  const peer = peerOf();
  // Only a status makes a node known.
  cores.packet('a', peer.status(textFields({ st: 'active', dt: 'bb8', protocol: '1' }), cores.now).bytes);
  const backup = textFields({ info: 'now', DIR: '/tmp' });
  const packet = peer.message('Backup', backup, cores.now);
  cores.packet('a', packet);
  cores.packet('a', packet, 'eth1');
  cores.packet('a', peer.message('ask_resources', textFields({ info: 'me', rsc_hold: 'all' }), cores.now));
  cores.packet('a', peerOf('another key').message('backup', backup, cores.now));
  t.match(cores.scripts, [{ node: 'a', name: 'backup', env: { HA_t: 'Backup', HA_src: 'b', HA_info: 'now' } }]);
  t.notOk('HA_DIR' in (cores.scripts[0]?.env ?? {}));
});
