import { spawn } from 'node:child_process';
import t, { type Test } from 'tap';
import type { Status } from '../../src/status.js';
import { fakeDaemon, runCommand } from '../support/fake-daemon.js';
import { golden } from '../support/golden.js';
import { systoleBin } from '../support/paths.js';
import { shortDir } from '../support/short-dir.js';
import { aGroup, aNode, aStatus } from '../support/status.js';

const addresses = (count: number, failed: readonly number[] = []): Status['groups'][number]['resources'] =>
  Array.from({ length: count }, (_, index) => ({
    name: `IPaddr2::10.1.0.${index}/16/eth0`,
    agent: 'IPaddr2',
    class: 'builtin',
    state: failed.includes(index) ? 'failed' : 'started',
    failures: failed.includes(index) ? 2 : 0,
  }));

/** Hand-made clusters, each with the exit code it deserves. */
const cases: Readonly<Record<string, { code: number; status: Status }>> = {
  healthy: { code: 0, status: aStatus() },
  'one link dead': {
    code: 1,
    status: aStatus({
      nodes: [
        aNode('a', { local: true, lastHeardMs: 0 }),
        aNode('b', {
          lastHeardMs: 95,
          links: [
            { name: 'eth0', medium: 'ucast', state: 'up' },
            { name: 'eth1', medium: 'bcast', state: 'dead' },
          ],
        }),
      ],
      problems: ['link eth1 of b is dead'],
    }),
  },
  'peer dead': {
    code: 1,
    status: aStatus({
      view: { members: ['a'], agreed: true, quorate: true, since: '2026-01-05T03:04:00.000Z' },
      nodes: [
        aNode('a', { local: true, lastHeardMs: 0 }),
        aNode('b', {
          state: 'dead',
          lastHeardMs: 3_725_000,
          links: [{ name: 'eth0', medium: 'ucast', state: 'dead' }],
        }),
        aNode('c', { state: 'init', lastHeardMs: null, generation: null, uuid: null, links: [] }),
      ],
      groups: [aGroup('IPaddr2::10.0.0.50', { preferred: 'b', alias: 'vip', reason: 'b is dead' })],
      problems: ['node b is dead', 'node c is init'],
    }),
  },
  'everything wrong': {
    code: 1,
    status: aStatus({
      view: { members: [], agreed: false, quorate: false, since: '2026-01-03T01:04:09.000Z' },
      nodes: [
        aNode('a', { local: true, standby: true }),
        aNode('b', { legacy: true, state: 'left', lastHeardMs: 61_000 }),
      ],
      pingNodes: [
        { name: '10.0.0.254', state: 'up' },
        { name: '10.0.0.253', state: 'dead' },
      ],
      groups: [
        aGroup('drbddisk::r0', {
          owner: 'a',
          state: 'blocked',
          reason: 'stop of drbddisk::r0 failed with exit code 1',
          resources: [
            { name: 'drbddisk::r0', agent: 'drbddisk', class: 'heartbeat', state: 'failed', failures: 1 },
            {
              name: 'Filesystem::/dev/drbd0::/data::ext4',
              agent: 'Filesystem',
              class: 'heartbeat',
              state: 'stopped',
              failures: 0,
            },
            { name: 'mysql', agent: 'mysql', class: 'lsb', state: 'unknown', failures: 0 },
          ],
        }),
        aGroup('apache', { owner: null, reason: 'no node can run it: a is in standby; b left' }),
        aGroup('named', { owner: null, state: 'failed', reason: '' }),
        aGroup('squid', { owner: 'b', state: 'unmanaged' }),
      ],
      problems: ['no quorum: nothing is started here', 'node a is in standby'],
    }),
  },
  'a thousand addresses': {
    code: 0,
    status: aStatus({ groups: [aGroup('IPaddr2::10.1.0.0/16/eth0', { resources: addresses(1000) })] }),
  },
  'a few of many failed': {
    code: 1,
    status: aStatus({
      groups: [aGroup('IPaddr2::10.1.0.0/16/eth0', { state: 'failed', resources: addresses(200, [3, 7]) })],
    }),
  },
  'a few that something deleted': {
    code: 0,
    status: aStatus({
      groups: [
        aGroup('IPaddr2::10.1.0.0/16/eth0', {
          resources: addresses(200).map((one, index) => (index === 3 ? { ...one, healed: 12, failures: 1 } : one)),
        }),
        aGroup('IPaddr2::10.1.0.0/16/eth0', { resources: addresses(2).map((one) => ({ ...one, healed: 1 })) }),
      ],
      problems: ['something keeps deleting IPaddr2::10.1.0.3/16/eth0 of group IPaddr2::10.1.0.0/16/eth0'],
    }),
  },
  'a node in standby': {
    code: 0,
    status: aStatus({
      nodes: [aNode('a', { local: true, lastHeardMs: 0 }), aNode('b', { standby: true })],
      problems: ['node b is in standby'],
    }),
  },
  'nothing configured': { code: 0, status: aStatus({ groups: [] }) },
};

const fileOf = (name: string): string => `cli/status/${name.replaceAll(' ', '-')}.txt`;

for (const [name, { code, status }] of Object.entries(cases)) {
  t.test(`status: ${name}`, async (t: Test) => {
    const daemon = await fakeDaemon(t, status);
    const ended = await runCommand('systole', ['status', '--run', daemon.runDir]);
    t.equal(ended.out, golden(fileOf(name), ended.out));
    t.equal(ended.code, code);
    t.equal(ended.err, '');
    const json = await runCommand('systole', ['status', '--json'], { SYSTOLE_RUN: daemon.runDir });
    t.same(JSON.parse(json.out), JSON.parse(JSON.stringify(status)));
    t.equal(json.code, code);
  });
}

t.test('no daemon: one line, exit code 3', async (t) => {
  const runDir = shortDir(t);
  t.same(await runCommand('systole', ['status', '--run', runDir]), {
    code: 3,
    out: '',
    err: `systole: cannot reach the daemon: there is no socket ${runDir}/control.sock (is systole running?)\n`,
  });
});

t.test('--watch shows the status again and again', async (t) => {
  const daemon = await fakeDaemon(t, aStatus());
  const child = spawn(process.execPath, [systoleBin, 'status', '--watch', '--json', '--run', daemon.runDir]);
  let lines = 0;
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      lines += chunk.toString().split('\n').length - 1;
      if (lines >= 2) resolve();
    });
  });
  child.kill('SIGINT');
  t.ok(lines >= 2);
});

t.test('a reader that goes early is no error', async (t) => {
  const daemon = await fakeDaemon(t, aStatus({ groups: [aGroup('x', { resources: addresses(20_000) })] }));
  const child = spawn('sh', [
    '-c',
    `"$0" "${systoleBin}" status --json --run "${daemon.runDir}" | head -1`,
    process.execPath,
  ]);
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.stdout.resume();
  await new Promise((resolve) => child.on('close', resolve));
  t.equal(err, '');
});
