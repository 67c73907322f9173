import { readFileSync } from 'node:fs';
import t from 'tap';
import { directives } from '../../src/config/directives.js';
import { parseHaCf } from '../../src/config/ha-cf.js';
import { projectRoot } from '../support/paths.js';
import { alpha, listen } from './hosts.js';

function parse(text: string, host = alpha) {
  const { report, lines } = listen();
  return { haCf: parseHaCf(text, host, report), lines: lines() };
}

const base = 'node alpha beta\nbcast eth0\nauto_failback on\n';

t.test('defaults', (t) => {
  const { haCf, lines } = parse(base);
  t.same(lines, []);
  t.match(haCf, {
    timing: { keepaliveMs: 1000, deadtimeMs: 30_000, warntimeMs: 15_000, initdeadMs: 30_000, deadpingMs: 30_000 },
    media: [{ type: 'bcast', device: 'eth0', port: 694 }],
    logging: { facility: 'daemon', logfile: null, debugfile: null, debug: 0, syslogmsgfmt: true },
    ...{
      msgfmt: 'classic',
      autoFailback: 'on',
      hopfudge: 1,
      maxRexmitDelayMs: 250,
      realtime: true,
      hbgenmethod: 'file',
    },
  });
  t.match(haCf.parameters, {
    ...{ keepalive: '1000ms', deadtime: '30000ms', warntime: '15000ms', deadping: '30000ms', initdead: '30000ms' },
    ...{ udpport: '694', auto_failback: 'on', autojoin: 'none', baud: '19200', cluster: 'linux-ha', msgfmt: 'classic' },
    ...{ compression: 'zlib', pacemaker: 'false', realtime: 'true', hopfudge: '1', memreserve: '6500' },
  });
  for (const absent of ['node', 'bcast', 'crm', 'env', 'logfile']) t.notOk(absent in haCf.parameters, absent);
  t.end();
});

t.test('initdead follows deadtime', (t) => {
  const rows: [string, number][] = [
    ['500ms', 12_000],
    ['5999ms', 12_000],
    ['6', 12_000],
    ['8', 16_000],
    ['10', 20_000],
    ['10001ms', 10_001],
    ['45', 45_000],
  ];
  for (const [deadtime, initdeadMs] of rows) {
    t.equal(parse(`${base}keepalive 10ms\ndeadtime ${deadtime}\n`).haCf.timing.initdeadMs, initdeadMs, deadtime);
  }
  t.end();
});

t.test('small times are fine', (t) => {
  const { haCf, lines } = parse(`${base}keepalive 10ms\ndeadtime 30ms\ninitdead 1\n`);
  t.same(lines, []);
  t.match(haCf.timing, { keepaliveMs: 10, deadtimeMs: 30, warntimeMs: 15, initdeadMs: 1000 });
  t.end();
});

t.test('the port', (t) => {
  const port = (text: string, host = alpha) => parse(text, host).haCf.media[0];
  t.match(port(`udpport 700\n${base}`), { port: 700 });
  t.match(port(`${base}udpport 700`), { port: 700 }, 'wherever it stands');
  t.match(port(base, { ...alpha, haClusterPort: 1694 }), { port: 1694 }, '/etc/services');
  t.match(parse(`${base}udpport 700`).lines, [/^4:9 warning: .*line 2/]);
  t.same(
    parse('node alpha\nmcast eth0 239.0.0.1 694 1 0\nudpport 700\nauto_failback on').lines,
    [],
    'mcast has its own',
  );
  t.end();
});

t.test('where the log goes', (t) => {
  const facility = (text: string) => parse(base + text).haCf.logging.facility;
  t.equal(facility(''), 'daemon');
  t.equal(facility('use_logd yes'), 'daemon');
  t.equal(facility('use_logd no'), null);
  t.equal(facility('logfile /var/log/ha-log'), null);
  t.equal(facility('logfacility none'), null);
  t.equal(facility('logfacility local3'), 'local3');
  t.equal(parse(`${base}logfile /dev/null`).haCf.logging.logfile, null);
  t.equal(parse(`${base}logfacility daemon`).haCf.parameters.logfile, '/dev/null');
  t.match(parse(`${base}use_logd no`).lines, [/standard error only/]);
  t.end();
});

t.test('words, separators and comments', (t) => {
  t.same(parse('\tnode\talpha,beta gamma#x\nbcast eth0,eth1\r\nauto_failback on').haCf.nodes, [
    'alpha',
    'beta',
    'gamma',
  ]);
  t.equal(parse('node alpha\nbcast eth0,eth1\nauto_failback on').haCf.media.length, 2);
  t.match(parse(`${base}NODE gamma`).lines, [/unknown directive "NODE"; did you mean "node"/], 'case counts');
  t.match(parse(`${base}ev\u0007il`).lines, [/unknown directive "ev\\u\{7\}il"/], 'control characters are not printed');
  t.same(parse(`${base}# a comment\n   \n`).lines, []);
  t.end();
});

t.test('more nodes than Heartbeat takes', (t) => {
  const names = Array.from({ length: 101 }, (_, i) => `n${i}`);
  t.match(parse(`${base}node ${names.join(' ')}`).lines, [
    /more than 100 nodes/,
    /more than 100 nodes/,
    /more than 100 nodes/,
  ]);
  t.match(parse(`${base}node ${'n'.repeat(65)}`).lines, [/longer than 64/]);
  t.end();
});

t.test('every directive is what its row says', (t) => {
  for (const { name, state, kind, rule } of directives) {
    const { lines } = parse(`${base}${name}`);
    const first = lines.join('\n');
    if (state === 'rejected') t.match(first, /^4:1 error: directive ".*" is refused: \w/, name);
    else if (kind === 'list') t.match(first, /has no value and does nothing/, name);
    else t.match(first, new RegExp(`directive "${name}" needs`), name);
    if (state === 'notBuilt')
      t.match(first, new RegExp(`directive "${name}" is understood but not built yet: \\w`), name);
    if (state === 'withoutEffect') t.not(rule.type, 'statement', name);
  }
  t.equal(new Set(directives.map(({ name }) => name)).size, directives.length, 'each once');
  t.end();
});

t.test('every directive is in the documentation', (t) => {
  const page = readFileSync(`${projectRoot}docs/configuration.md`, 'utf8');
  for (const { name } of directives) t.ok(page.includes(`\`${name}`), name);
  t.end();
});
