/** The executables with a real network: what the neighbours hear, and until when. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import t from 'tap';
import { FrameCapture } from '../support/frame-capture.js';
import { ip, ownNetwork, until } from '../support/own-network.js';
import { projectRoot } from '../support/paths.js';

const arp = 0x0806;
/** Gratuitous requests and replies each time. */
const framesEachTime = 2;
const times = 4;

t.setTimeout(180_000);

if (ownNetwork(t, import.meta.url)) {
  const stateDir = mkdtempSync('/tmp/systole-announcing-');
  t.teardown(() => rmSync(stateDir, { recursive: true }));
  ip('link add v0 type veth peer name v1');
  ip('link set v0 up');
  ip('link set v1 up');
  ip('addr add 10.0.0.1/16 dev v0');

  const call = (agent: string, ...args: string[]) => {
    const env = { PATH: process.env.PATH ?? '', HA_RSCTMP: stateDir };
    const { status, stdout, stderr } = spawnSync(`${projectRoot}resource.d/${agent}`, args, { encoding: 'utf8', env });
    return `${status} ${stdout}${stderr}`.trim();
  };
  const isFor = (address: string) => (frame: Buffer) => frame.subarray(28, 32).join('.') === address;

  t.test('IPaddr2 and SendArp announce four times', async (t) => {
    const capture = new FrameCapture('v1');
    t.teardown(() => capture.close());
    for (const [agent, word, address] of [
      ['IPaddr2', '10.0.7.1/16/v0', '10.0.7.1'],
      ['SendArp', '10.0.7.2/v0', '10.0.7.2'],
    ] as const) {
      const heard = () => capture.ofType(arp).filter(isFor(address)).length;
      t.equal(call(agent, word, 'start'), '0');
      t.equal(call(agent, word, 'status'), '0 running');
      await until(`${agent} announced ${times} times`, () => heard() >= times * framesEachTime);
      t.equal(call(agent, word, 'stop'), '0');
      t.equal(call(agent, word, 'status'), '3 stopped');
      t.equal(heard(), times * framesEachTime);
    }
  });

  t.test('what is stopped is announced no more', async (t) => {
    const capture = new FrameCapture('v1');
    t.teardown(() => capture.close());
    const heard = () => capture.ofType(arp).filter(isFor('10.0.7.3')).length;
    t.equal(call('IPaddr2', '10.0.7.3/16/v0', 'start'), '0');
    t.equal(call('IPaddr2', '10.0.7.3/16/v0', 'stop'), '0');
    const announced = heard();
    t.equal(call('IPaddr2', '10.0.7.4/16/v0', 'start'), '0');
    await until(
      'another is announced to the end',
      () => capture.ofType(arp).filter(isFor('10.0.7.4')).length >= times * framesEachTime,
    );
    t.equal(heard(), announced);
    t.equal(call('IPaddr2', '10.0.7.4/16/v0', 'stop'), '0');
  });

  t.test('an interface that is down', async (t) => {
    ip('link set v0 down');
    t.equal(call('IPaddr2', '10.0.7.1/16/v0', 'start'), '1 ERROR: interface v0 is down');
    t.equal(call('SendArp', '10.0.7.1/v0', 'start'), '1 ERROR: interface v0 is down');
    t.equal(call('SendArp', '10.0.7.1/lo', 'start'), '1 ERROR: interface lo has no hardware address to announce');
  });
}
