/** Two machines on one network, one of them ours: what the other keeps is announced for it. */
import { execFileSync, spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import t, { type Test } from 'tap';
import { createAddressAgent } from '../../../src/agents/addresses/agent.js';
import type { ResourceConfig } from '../../../src/config/types.js';
import { FrameCapture } from '../../support/frame-capture.js';
import { ip, ownNetwork, until } from '../../support/own-network.js';
import { addressResource, keepingLogger } from './samples.js';

const [arp, ipv6] = [0x0806, 0x86dd];
const limitMs = 20_000;
const [ours, theirs] = ['02:00:00:00:00:05', '02:00:00:00:00:09'];

interface Machine {
  /** Runs `ip` there. */
  ip(words: string): string;
  readonly pid: number;
}

/** A machine with interface NAME at the other end of `NAME0`. */
async function neighbour(t: Test, name: string): Promise<Machine> {
  const child = spawn('unshare', ['--net', 'sleep', '1000'], { stdio: 'ignore' });
  t.teardown(() => child.kill());
  const own = readlinkSync('/proc/self/ns/net');
  await until('the neighbour', () => {
    try {
      return readlinkSync(`/proc/${child.pid}/ns/net`) !== own;
    } catch {
      return false;
    }
  });
  const there = (words: string) =>
    execFileSync('nsenter', [`--net=/proc/${child.pid}/ns/net`, 'ip', ...words.split(' ')], { encoding: 'utf8' });
  ip(`link add ${name}0 address ${ours} type veth peer name ${name}1 address ${theirs}`);
  t.teardown(() => ip(`link del ${name}0`));
  ip(`link set ${name}1 netns ${child.pid}`);
  ip(`addr add 10.0.0.1/16 brd + dev ${name}0`);
  ip(`-6 addr add fe80::5/64 dev ${name}0 nodad`);
  ip(`link set ${name}0 up`);
  there(`addr add 10.0.0.2/16 dev ${name}1`);
  there(`-6 addr add fe80::9/64 dev ${name}1 nodad`);
  there(`link set ${name}1 up`);
  return { ip: there, pid: child.pid ?? 0 };
}

function agentFor(t: Test, repeatMs: readonly number[] = [50, 100]) {
  const lines: string[] = [];
  const agent = createAddressAgent({ log: keepingLogger(lines), repeatMs });
  t.teardown(() => agent.close());
  const capture = (device: string) => {
    const frames = new FrameCapture(device);
    t.teardown(() => frames.close());
    return frames;
  };
  return { agent, lines, capture };
}

const text = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');

/** ARP frames that left this machine, as "OPERATION SOURCE SENDER ADDRESS". */
function sentArp(capture: FrameCapture): string[] {
  return capture
    .ofType(arp)
    .filter((frame) => text(frame.subarray(6, 12)) === ours)
    .map((frame) => {
      const operation = frame.readUInt16BE(20) === 1 ? 'request' : 'reply';
      return `${operation} ${text(frame.subarray(22, 28))} ${frame.subarray(28, 32).join('.')} ${frame.subarray(38).join('.')}`;
    });
}

const outcomes = (list: readonly { outcome: string }[]) => list.map(({ outcome }) => outcome);

if (ownNetwork(t, import.meta.url)) {
  t.test('what answers is announced, as often as by its owner', async (t) => {
    const there = await neighbour(t, 'a');
    const { agent, lines, capture } = agentFor(t);
    const frames = capture('a0');
    const resource = addressResource('10.0.0.50/16/a0');
    there.ip('addr add 10.0.0.50/16 dev a1');
    agent.announceFor('b', [resource]);
    const wanted = `request ${theirs} 10.0.0.50 10.0.0.50`;
    await until('all repetitions', () => sentArp(frames).filter((one) => one === wanted).length === 3);
    const sent = sentArp(frames).slice(0, 7);
    t.equal(sent[0], `request ${ours} 0.0.0.0 10.0.0.50`, 'it is asked first, without a word of where we are');
    t.same(sent.slice(1, 3), [wanted, `reply ${theirs} 10.0.0.50 10.0.0.50`], 'then told');
    t.equal(sent.filter((one) => one.startsWith(`request ${ours}`)).length, 1, 'who has an answer asks no more');
    t.same(lines, ['info telling the neighbours to find 10.0.0.50 at 02:00:00:00:00:09 on a0, where b keeps them']);
  });

  t.test('nobody answers: nothing is said', async (t) => {
    await neighbour(t, 'b');
    const { agent, lines, capture } = agentFor(t);
    const frames = capture('b0');
    agent.announceFor('b', [addressResource('10.0.0.50/16/b0'), addressResource('10.0.0.51/16/b0')]);
    await until('it to be given up', () => lines.length > 0);
    t.same(lines, [
      'warn nobody on b0 answers for 10.0.0.50 and 1 more, which b should keep: the neighbours are told nothing',
    ]);
    const sent = sentArp(frames).filter((one) => one.endsWith(' 10.0.0.50'));
    t.same(new Set(sent), new Set([`request ${ours} 0.0.0.0 10.0.0.50`]));
    t.equal(sent.length, 5, 'a bounded number of questions');
  });

  t.test('it ends at once when the address comes back here, asked or told', async (t) => {
    const there = await neighbour(t, 'c');
    const { agent, capture } = agentFor(t, [1000, 1500]);
    const frames = capture('c0');
    const [asked, told] = [addressResource('10.0.0.50/16/c0'), addressResource('10.0.0.51/16/c0')] as const;
    there.ip('addr add 10.0.0.51/16 dev c1');
    agent.announceFor('b', [asked, told]);
    const theirWord = () => sentArp(frames).filter((one) => one.includes(theirs)).length;
    await until('the first to be told', () => theirWord() === 2);
    there.ip('addr del 10.0.0.51/16 dev c1');
    t.same(outcomes(await agent.run('start', [asked, told], limitMs)), ['succeeded', 'succeeded']);
    const questions = () => sentArp(frames).filter((one) => one.endsWith('0.0.0.0 10.0.0.50')).length;
    const before = questions();
    // Now it would answer for what is here.
    there.ip('addr add 10.0.0.50/16 dev c1');
    const own = (address: string) => sentArp(frames).filter((one) => one === `reply ${ours} ${address} ${address}`);
    await until('our own repetitions', () => own('10.0.0.50').length >= 3 && own('10.0.0.51').length >= 3);
    t.equal(theirWord(), 2, 'not another word for the other');
    t.equal(questions(), before, 'nor another question');
    t.same(outcomes(await agent.run('stop', [asked, told], limitMs)), ['succeeded', 'succeeded']);
  });

  t.test('IPv6: the other tells all nodes itself', async (t) => {
    const there = await neighbour(t, 'd');
    const { agent, lines, capture } = agentFor(t);
    const frames = capture('d0');
    there.ip('-6 addr add fd00::50/64 dev d1 nodad');
    agent.announceFor('b', [addressResource('fd00::50/64/d0')]);
    const toAll = () =>
      frames
        .ofType(ipv6)
        .filter((frame) => text(frame.subarray(0, 6)) === '33:33:00:00:00:01' && frame[54] === 136)
        .filter((frame) => frame.subarray(62, 78).equals(Buffer.from('fd000000000000000000000000000050', 'hex')));
    await until('three advertisements to all nodes', () => toAll().length === 3);
    for (const frame of toAll()) {
      t.equal(text(frame.subarray(6, 12)), theirs);
      t.equal(text(frame.subarray(80, 86)), theirs, 'it names its own hardware address');
      t.ok((frame[58] ?? 0) & 0x20, 'and overrides');
    }
    t.match(lines.join(), /find fd00::50 at 02:00:00:00:00:09 on d0/);
  });

  t.test('a thousand addresses', async (t) => {
    const there = await neighbour(t, 'e');
    const { agent, lines, capture } = agentFor(t, []);
    const frames = capture('e0');
    const resources: ResourceConfig[] = Array.from({ length: 1000 }, (_, i) =>
      addressResource(`10.0.${10 + Math.floor(i / 250)}.${1 + (i % 250)}/16/e0`),
    );
    const batch = resources.map(({ address }) => `addr add ${address?.address}/16 dev e1\n`).join('');
    execFileSync('nsenter', [`--net=/proc/${there.pid}/ns/net`, 'ip', '-batch', '-'], { input: batch });
    agent.announceFor('b', resources);
    const told = () => new Set(sentArp(frames).filter((one) => one.startsWith(`reply ${theirs}`)));
    await until('all to be told', () => told().size === 1000);
    t.ok(lines.length < 300, `in few lines: ${lines.length}`);
  });

  t.test('an interface without hardware addresses, or without a way to ask, is left alone', async (t) => {
    const { agent, lines } = agentFor(t);
    agent.announceFor('b', [addressResource('127.0.0.5/8/lo')]);
    agent.announceFor('b', [addressResource('10.9.0.1/24/none0')]);
    agent.announceFor('b', [addressResource('10.9.0.1')]);
    t.same(lines, [
      'warn cannot find out who has an address on lo now: interface lo has no Ethernet address',
      'warn cannot find out who has an address on none0 now: interface none0 has no Ethernet address',
    ]);
  });
}
