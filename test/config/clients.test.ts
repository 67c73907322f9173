import t from 'tap';
import { parseHaCf } from '../../src/config/ha-cf.js';
import { alpha, listen } from './hosts.js';

const base = 'node alpha beta\nbcast eth0\nauto_failback on\n';
const host = { ...alpha, users: new Set(['root', 'hacluster', 'operator']), groups: new Set(['ops', 'haclient']) };

function parse(text: string) {
  const { report, lines } = listen();
  return { haCf: parseHaCf(base + text, host, report), lines: lines() };
}

t.test('respawn and failfast: user and command, as written', async (t) => {
  const { haCf, lines } = parse(`respawn hacluster /opt/watch -v  'a  b',c # why\nfailfast root /opt/vital\n`);
  t.same(haCf.clients, [
    { user: 'hacluster', command: "/opt/watch -v  'a  b',c", failfast: false, line: 4 },
    { user: 'root', command: '/opt/vital', failfast: true, line: 5 },
  ]);
  t.same(lines, ['5:1 warning: when this command fails the node leaves the cluster; it is not rebooted']);
});

t.test('what cannot be started is said', async (t) => {
  const { haCf, lines } = parse('respawn hacluser /opt/watch\nrespawn root\nrespawn root watch\n');
  t.same(lines, [
    '4:9 warning: there is no user "hacluser" in /etc/passwd: the command cannot be started; did you mean "hacluster"?',
    '5:1 error: directive "respawn" needs USER COMMAND [ARGUMENT...]; there are too few words',
    '6:14 error: "watch" is not the absolute path of a command',
  ]);
  t.equal(haCf.clients.length, 1);
});

t.test('clients of the old package are ignored, with a warning', async (t) => {
  const { haCf, lines } = parse(
    'respawn nobody /usr/lib/heartbeat/ipfail\nrespawn hacluster /usr/libexec/heartbeat/dopd\n',
  );
  t.same(haCf.clients, []);
  t.same(lines, [
    '4:1 warning: what ipfail does is built in: this line is ignored; remove it',
    `5:1 warning: "dopd" needs Heartbeat's own client interface, which is not here: this line is ignored`,
  ]);
});

t.test('apiauth: names and numbers', async (t) => {
  const { haCf, lines } = parse(
    'apiauth systole uid=operator,1001 gid=ops\napiauth anon gid=opps\napiauth ipfail uid=nobody\n',
  );
  t.same(haCf.apiauth, {
    systole: { users: ['operator', '1001'], groups: ['ops'] },
    anon: { users: [], groups: ['opps'] },
    ipfail: { users: ['nobody'], groups: [] },
  });
  t.same(lines, [
    '5:14 warning: there is no group "opps" in /etc/group; did you mean "ops"?',
    '6:9 warning: apiauth for "ipfail" has no effect: there is no such client here; "systole" names who may give orders, "anon" who may ask',
  ]);
});
