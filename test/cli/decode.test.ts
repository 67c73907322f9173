import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { prepareKeys } from '../../src/wire/digest.js';
import { textMessage } from '../../src/wire/message.js';
import { writePacket } from '../../src/wire/packet.js';
import { pcapCaptures } from '../support/captures.js';
import { runCommand } from '../support/fake-daemon.js';
import { ethernet, ip4, pcap, udp } from '../support/frames.js';
import { golden } from '../support/golden.js';
import { projectRoot, testdata } from '../support/paths.js';
import { shortDir } from '../support/short-dir.js';

/** A configuration directory, also one whose interfaces are those of another machine and whose modes are open. */
function configDir(t: Test, authkeys: string): string {
  const dir = shortDir(t);
  writeFileSync(`${dir}/ha.cf`, 'node node1 node2\nbcast nic17\n');
  writeFileSync(`${dir}/authkeys`, authkeys);
  writeFileSync(`${dir}/haresources`, 'node1 IPaddr2::10.77.1.1/16/lo\n');
  return dir;
}

const wire = `${testdata}wire/`;
const crc = 'auth 1\n1 crc\n';
const sha1 = 'auth 1\n1 sha1 labkey\n';

t.test('a whole capture in words', async (t) => {
  for (const [name, authkeys] of [
    ['mcast-sha1.pcap', sha1],
    ['serial-bcast-ping.icmp.pcap', crc],
    ['serial-crc.serial.node2-to-node1.raw', crc],
  ] as const) {
    const { code, out, err } = await runCommand('systole', ['decode', wire + name, '--config', configDir(t, authkeys)]);
    t.same({ code, err }, { code: 0, err: '' }, name);
    t.equal(out, golden(`cli/decode/${name}.txt`, out), name);
  }
});

t.test('for programs', async (t) => {
  const args = ['decode', `${wire}mcast-sha1.pcap`, '--json', '--config', configDir(t, sha1)];
  const { code, out } = await runCommand('systole', args);
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.equal(code, 0);
  t.equal(lines.length, 109);
  t.match(lines[0], {
    ...{ time: '2026-11-20T11:55:29.820Z', medium: 'udp', from: /^10\.78/, to: '239.192.0.43', port: 694 },
    ...{
      type: 'NS_ackmsg',
      seq: null,
      signature: 'right',
      key: 1,
      bad: false,
      form: 'netstring',
      text: /^tells node1/,
    },
  });
  t.match(lines.at(-1), { summary: { packets: 108, bad: 0, causes: [], troubles: [] } });
});

t.test('wrong, unknown and unchecked signatures', async (t) => {
  const decode = (authkeys: string) =>
    runCommand('systole', ['decode', `${wire}mcast-sha1.pcap`, '--config', configDir(t, authkeys)]);
  const wrong = await decode('auth 1\n1 sha1 other\n');
  t.match(wrong, { code: 1, err: '', out: / {2}signature WRONG \(key 1\)\n/ });
  t.match(wrong.out, /\n108 heartbeat packets in 32 s, 108 signed wrongly, 108 BAD in all\n/);
  t.match(wrong.out, /\nLikely cause: No packet is signed with the keys in authkeys here/);
  t.match(await decode('auth 2\n2 sha1 labkey\n'), { code: 1, out: / {2}signature of UNKNOWN KEY 1\n/ });
  const none = await decode('1 sha1 labkey\n');
  t.match(none, {
    code: 0,
    out: /signature not checked \(key 1\)\n/,
    err: /authkeys:1:1: error: no "auth NUMBER" line/,
  });
  const args = ['decode', `${wire}mcast-sha1.pcap`, '--config', `${shortDir(t)}/none`];
  const { err } = await runCommand('systole', args);
  t.match(err, /^systole: signatures are not checked: .*authkeys cannot be read: there is no such file\n/);
  t.match(err, /\nsystole: names of nodes are not checked: .*ha.cf cannot be read: there is no such file\n$/);
});

t.test('two nodes with different active keys', async (t) => {
  const packet = (src: string, number: number) =>
    ethernet(
      ip4(
        udp(
          writePacket(textMessage({ t: 'status', st: 'up', protocol: '1', src, seq: '1', hg: '1', ts: '1' }), {
            form: 'classic',
            keys: prepareKeys({ active: number, keys: new Map([[number, { method: 'sha1', secret: `s${number}` }]]) }),
          }),
        ),
        { from: `10.0.0.${number}` },
      ),
    );
  const file = `${shortDir(t)}/keys.pcap`;
  writeFileSync(file, pcap([packet('node1', 1), packet('node2', 2)]));
  const config = configDir(t, 'auth 1\n1 sha1 s1\n2 sha1 s2\n');
  const { code, out } = await runCommand('systole', ['decode', file, '--config', config]);
  t.equal(code, 0, 'both signatures are right');
  t.match(
    out,
    /\nLikely cause: node2 signs with key 2, node1 with key 1: a real Heartbeat accepts only its own active key/,
  );
});

t.test('standard input, cut off', async (t) => {
  const whole = pcapCaptures().find(({ name }) => name === 'mcast-sha1.pcap')?.file ?? Buffer.alloc(0);
  const child = spawn(process.execPath, [
    `${projectRoot}dist/src/systole.js`,
    'decode',
    '-',
    '--config',
    configDir(t, sha1),
  ]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  child.stdin.end(whole.subarray(0, 5000));
  const code = await new Promise((resolve) => child.on('close', resolve));
  t.equal(code, 1);
  t.equal(err, 'systole: standard input: the pcap file ends in the middle of the packet at byte 4817\n');
  t.match(out, /\n13 heartbeat packets in /);
});

t.test('a reader that takes its time gets every line, one that goes early is no error', async (t) => {
  const file = `${shortDir(t)}/many.pcap`;
  const frame = ethernet(ip4(udp(Buffer.from('no heartbeat'))));
  writeFileSync(file, pcap(Array<Buffer>(5000).fill(frame)));
  const config = configDir(t, sha1);
  const decode = `"${process.execPath}" "${projectRoot}dist/src/systole.js" decode "${file}" --config "${config}" --json`;
  const read = (reader: string) => spawnSync('sh', ['-c', `${decode} | ${reader}`], { encoding: 'utf8' });
  t.match(read('(sleep 2; wc -l)'), { stdout: /^5001\n$/, stderr: '' });
  t.match(read('head -n 1 | wc -l'), { stdout: /^1\n$/, stderr: '' });
});

t.test('what cannot be decoded', async (t) => {
  const dir = shortDir(t);
  writeFileSync(`${dir}/text`, 'node node1 node2\n');
  writeFileSync(`${dir}/empty`, '');
  const decode = (...args: string[]) => runCommand('systole', ['decode', ...args, '--config', configDir(t, sha1)]);
  t.match(await decode(`${dir}/text`), {
    code: 1,
    err: /text: this is neither a pcap file nor a dump of a serial line: no message in 17 bytes\n$/,
  });
  t.match(await decode(`${dir}/empty`), { code: 1, err: /empty: the file is empty\n$/ });
  t.match(await decode(`${dir}/none`), { code: 1, err: /none cannot be read: there is no such file\n$/, out: /^$/ });
  t.match(await decode(dir), { code: 1, err: /cannot be read: it is a directory\n$/ });
  t.match(await decode(`${wire}bcast-crc-fbon.pcap.gz`), {
    code: 1,
    err: /the file is compressed: gunzip -c FILE \| systole decode -\n$/,
  });
  t.match(await decode(), { code: 2, err: /FILE is missing\nusage: systole decode FILE\|- \[--json\]\n$/ });
});
