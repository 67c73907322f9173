import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { openMedia } from '../../../src/io/media/table.js';
import type { Medium } from '../../../src/io/seams.js';
import { prepareKeys } from '../../../src/wire/digest.js';
import { message, textFields } from '../../../src/wire/message.js';
import { readPacket, writePacket } from '../../../src/wire/packet.js';
import { testAuth } from '../../support/config.js';
import { type NullModem, openNullModem } from '../../support/null-modem.js';
import { until } from '../../support/own-network.js';
import { projectRoot } from '../../support/paths.js';
import { prng } from '../../support/prng.js';

const keys = prepareKeys(testAuth());
const locks = '/var/lock';

/** A packet in string form of about `size` bytes. */
function packet(seq: number, { type = 'status', size = 0 } = {}): Uint8Array {
  const fields = { t: type, st: 'active', fill: 'x'.repeat(Math.max(1, size - 100)), src: 'a', seq: seq.toString(16) };
  return writePacket(message(textFields(fields)), { form: 'string', keys });
}

/** The numbers of packets, all of them whole. */
const numbers = (packets: readonly Uint8Array[]) =>
  packets.map((bytes) => {
    const read = readPacket(bytes, keys);
    return read.ok ? Number.parseInt(read.message.get('seq') ?? '', 16) : read.text;
  });

/** Serial lines can be tried where ptys can be made and locked. */
function needPtys(t: Test): boolean {
  if (process.getuid?.() === 0 && existsSync('/dev/ptmx')) return true;
  if (process.env.CI === 'true') t.fail('needs root and /dev/ptmx');
  else t.pass('not run', { skip: 'needs root and /dev/ptmx' });
  return false;
}

interface Opened {
  readonly medium: Medium;
  readonly packets: Uint8Array[];
  readonly states: string[];
}

function open(t: Test, device: string, baud = 115_200): Opened {
  const packets: Uint8Array[] = [];
  const states: string[] = [];
  const [medium] = openMedia([{ type: 'serial', device, baud }], () => ({
    onPacket: (bytes) => packets.push(bytes),
    onState: (state, text) => states.push(`${state}: ${text}`),
  }));
  if (medium === undefined) throw new Error('no medium');
  t.teardown(() => medium.close());
  return { medium, packets, states };
}

/** A cable with a medium at both ends, both open. */
async function pair(t: Test, baud = 115_200): Promise<{ cable: NullModem; a: Opened; b: Opened }> {
  const cable = openNullModem(baud);
  t.teardown(() => cable.close());
  const [a, b] = [open(t, cable.ends[0].path, baud), open(t, cable.ends[1].path, baud)];
  await until('both ends to open', () => a.states.length > 0 && b.states.length > 0);
  return { cable, a, b };
}

t.test('packets go both ways, small ones and large ones', async (t) => {
  if (!needPtys(t)) return;
  const { cable, a, b } = await pair(t);
  const [path] = [cable.ends[0].path];
  t.same(a.states, [`open: serial ${path} 115200 baud`]);
  t.same([a.medium.form, a.medium.link], ['string', path]);
  const lock = `${locks}/LCK..${path.split('/').at(-1)}`;
  t.equal(readFileSync(lock, 'latin1'), `${String(process.pid).padStart(10)}\n`, 'a lock file as UUCP has it');
  a.medium.send(packet(1));
  b.medium.send(packet(100, { size: 5000 }));
  await until('both packets', () => a.packets.length > 0 && b.packets.length > 0);
  t.same([numbers(a.packets), numbers(b.packets)], [[100], [1]]);
  t.match(a.medium.counters, { sent: 1, received: 1, sendErrors: 0, replaced: 0, discardedBytes: 0 });
  t.match(cable.ends[0].written[0]?.toString(), /^\n>>>\n/, 'a newline ends what noise may have left');
  await a.medium.close();
  t.notOk(existsSync(lock), 'the lock file is gone with the medium');
});

t.test('garbage, an eighth bit and carriage returns', async (t) => {
  if (!needPtys(t)) return;
  const { cable, a, b } = await pair(t);
  const [from, to] = cable.ends;
  to.bring(Buffer.from('login: \n>>>\nt=half a message\n'));
  const { below } = prng(7);
  to.bring(Buffer.from(Array.from({ length: 3000 }, () => below(256))));
  a.medium.send(packet(1));
  await until('the packet after the noise', () => b.packets.length > 0);
  from.onTheWay = (bytes) => Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
  a.medium.send(packet(2));
  await until('the packet with carriage returns', () => b.packets.length > 1);
  from.onTheWay = (bytes) => Buffer.from(bytes.map((byte) => byte | 128));
  a.medium.send(packet(3));
  await until('the packet with an eighth bit', () => b.packets.length > 2);
  t.same(numbers(b.packets), [1, 2, 3]);
  t.ok((b.medium.counters.discardedBytes ?? 0) > 2900, 'garbage is counted');
});

t.test('a fault of whoever listens is not taken for one of the line', async (t) => {
  if (!needPtys(t)) return;
  const cable = openNullModem();
  t.teardown(() => cable.close());
  const script = `
    import { openSerial } from '${projectRoot}dist/src/io/media/serial.js';
    const onState = (state) => {
      console.log(state);
      throw new Error('a fault of the core');
    };
    openSerial({ type: 'serial', device: '${cable.ends[0].path}', baud: 9600 }, { onPacket() {}, onState });
    setTimeout(() => {}, 30_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  t.same({ code, out }, { code: 1, out: 'open\n' });
  t.match(err, /a fault of the core/);
});

t.test('no faster than the line, and the newest heartbeat first', async (t) => {
  if (!needPtys(t)) return;
  const baud = 9600;
  const { cable, a, b } = await pair(t, baud);
  const startedAt = performance.now();
  for (let seq = 1; seq <= 20; seq++) {
    a.medium.send(packet(seq, { size: 700 }));
    a.medium.send(packet(1000, { type: 'NS_rexmit' }));
  }
  a.medium.send(packet(2000, { type: 'resource' }));
  await until('the last of them', () => numbers(b.packets).includes(2000));
  const bytes = cable.ends[0].written.reduce((sum, { length }) => sum + length, 0);
  const tookMs = performance.now() - startedAt;
  t.same(numbers(b.packets), [1, 1000, 20, 2000], 'what was not begun was replaced; in turns');
  t.equal(a.medium.counters.replaced, 18 + 19);
  t.ok(tookMs > (bytes * 10_000) / baud / 2, `${bytes} bytes took ${tookMs.toFixed(0)} ms`);
});

t.test('a line that does not move is told once, costs nothing, and is used again when it does', async (t) => {
  if (!needPtys(t)) return;
  const { cable, a, b } = await pair(t, 460_800);
  const [from, to] = cable.ends;
  from.flows = false;
  const failed = () => a.states.filter((text) => text.startsWith('failed'));
  let seq = 0;
  await until('the stall to be noticed twice', () => {
    seq += 1;
    a.medium.send(packet(seq, { size: 2000 }));
    return failed().length === 2;
  });
  t.match(failed(), [
    /^failed: TTY write timeout on \[.*\] \(no connection or bad cable\?\): going on without RTS\/CTS$/,
    /^failed: TTY write timeout on \[.*\] \(no connection or bad cable\?\)$/,
  ]);
  const { heapUsed } = process.memoryUsage();
  for (let count = 0; count < 2000; count++) a.medium.send(packet(seq + count, { type: 'resource', size: 2000 }));
  t.ok(process.memoryUsage().heapUsed - heapUsed < 64e6, 'what waits is bounded');
  t.equal(failed().length, 2, 'and told once');
  b.medium.send(packet(7));
  await until('what the other end says', () => a.packets.length > 0);
  t.same(numbers(a.packets), [7], 'it is still listened to');
  from.flows = true;
  to.onTheWay = (bytes) => bytes;
  await until('packets to come through again', () => {
    a.medium.send(packet(90_000 + seq++));
    return numbers(b.packets).some((number) => Number(number) >= 90_000);
  });
  t.ok((a.medium.counters.sendErrors ?? 0) > 0, 'what was given up is counted');
});

t.test('what is said at once waits until the line is open', async (t) => {
  if (!needPtys(t)) return;
  const cable = openNullModem();
  t.teardown(() => cable.close());
  const a = open(t, cable.ends[0].path);
  a.medium.send(packet(1));
  await until('the packet', () => a.medium.counters.sent === 1);
  t.match(Buffer.concat(cable.ends[0].written).toString(), /<<<\n$/);
  t.equal(a.medium.counters.sendErrors, 0);
});

t.test('a tty that is missing, comes, goes and comes again', async (t) => {
  if (!needPtys(t)) return;
  const folder = t.testdir();
  const path = `${folder}/ttyTEST${process.pid}`;
  const a = open(t, path);
  const become = (text: RegExp) => until(String(text), () => text.test(a.states.at(-1) ?? ''));
  await become(/^failed: serial line .* does not exist$/);
  const { sendErrors } = a.medium.counters;
  a.medium.send(packet(1));
  t.equal(a.medium.counters.sendErrors, sendErrors + 1, 'what cannot be sent is counted');
  writeFileSync(path, '');
  await become(/is no serial line$/);
  rmSync(path);
  symlinkSync('/dev/null', path);
  await become(/cannot be opened: Inappropriate ioctl for device$/);
  rmSync(path);
  const first = openNullModem();
  symlinkSync(first.ends[0].path, path);
  await become(/^open/);
  rmSync(path);
  first.close();
  await become(/^failed/);
  const second = openNullModem();
  t.teardown(() => second.close());
  symlinkSync(second.ends[0].path, path);
  await become(/^open/);
  a.medium.send(packet(2));
  await until('a packet on the new line', () => Buffer.concat(second.ends[0].written).includes('seq=2'));
});

t.test('a tty that another program has', async (t) => {
  if (!needPtys(t)) return;
  const cable = openNullModem();
  t.teardown(() => cable.close());
  mkdirSync(locks, { recursive: true });
  const { path } = cable.ends[0];
  const lock = `${locks}/LCK..${path.split('/').at(-1)}`;
  t.teardown(() => rmSync(lock, { force: true }));
  writeFileSync(lock, `${String(process.ppid).padStart(10)}\n`);
  const a = open(t, path);
  await until('the refusal', () => a.states.length > 0);
  t.equal(a.states[0], `failed: serial line ${path} is in use by process ${process.ppid} (${lock})`);
  // Above any process number there is.
  writeFileSync(lock, '   4194999\n');
  await until('the lock of a dead process to be taken over', () => a.states.length > 1);
  t.match(a.states[1], /^open/);
});
