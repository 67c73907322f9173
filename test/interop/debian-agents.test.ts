/** The agents of Debian's package resource-agents as operators name them: found, and their meta-data agrees with what is written. */
import t from 'tap';
import { classicAgents, classicParameters } from '../../src/config/classic-agents.js';
import { loadConfiguration } from '../../src/config/load.js';
import { checkOcfUses } from '../../src/config/ocf-check.js';
import { parseMetaData } from '../../src/config/ocf-meta-data.js';
import { describeProblem } from '../../src/config/problems.js';
import type { ConfigFiles } from '../../src/config/types.js';
import { listOcfAgents } from '../../src/io/agents/listing.js';
import { askMetaData } from '../../src/io/agents/meta-data.js';
import { alpha } from '../config/hosts.js';
import { heartbeatPackages } from '../lab/heartbeat.js';

const packages = await heartbeatPackages();
if ('missing' in packages) {
  if (process.env.CI === 'true') t.fail(packages.missing);
  else t.pass('no packages', { skip: packages.missing });
  process.exit();
}
const ocfRoot = `${packages.folder}/usr/lib/ocf`;
const host = {
  ...alpha,
  findAgent: () => null,
  ocfAgents: await listOcfAgents(`${ocfRoot}/resource.d`),
};

const file = (path: string, text: string) => ({ path, text, mode: 0o600, regular: true });

const files = (haresources: string, resourcesIni = ''): ConfigFiles => ({
  haCf: file('ha.cf', 'node alpha beta\nbcast eth0\nauto_failback on\n'),
  authkeys: file('authkeys', 'auth 1\n1 sha1 lab-secret\n'),
  haresources: file('haresources', haresources),
  resourcesIni: file('resources.ini', resourcesIni),
});

async function check(haresources: string, resourcesIni = '') {
  const { cluster, ocf, problems } = loadConfiguration(files(haresources, resourcesIni), host);
  const answers = await askMetaData(
    ocf.map(({ path }) => path),
    { ocfRoot, timeoutMs: 30_000 },
  );
  const all = [...problems, ...checkOcfUses(ocf, answers)];
  return { cluster, lines: all.map(describeProblem) };
}

/** With parameters as an operator would give them; every required one is there. */
const words = `
OCF::Dummy::state=/run/dummy
OCF::IPaddr2::ip=192.0.2.1::cidr_netmask=24::nic=eth0
OCF::ethmonitor::interface=eth0
OCF::Stateful
OCF::anything::binfile=/usr/bin/sleep::cmdline_options=1000
OCF::symlink::link=/etc/shop.conf::target=/srv/shop.conf
OCF::mysql::datadir=/srv/db
OCF::mariadb::node_list=a
OCF::pgsql::pgdata=/srv/pg
OCF::redis::config=/etc/redis/redis.conf
OCF::nginx::configfile=/etc/nginx/nginx.conf
OCF::named::named_user=bind
OCF::postfix::config_dir=/etc/postfix
OCF::rabbitmq-cluster
OCF::exportfs::clientspec=*::directory=/srv::fsid=1
OCF::nfsserver::nfs_shared_infodir=/srv/nfs
OCF::Squid::squid_conf=/etc/squid/squid.conf::squid_exe=/usr/sbin/squid::squid_pidfile=/run/squid.pid::squid_port=3128
OCF::tomcat::java_home=/usr/lib/jvm/java::catalina_home=/usr/share/tomcat
OCF::rsyncd::conffile=/etc/rsyncd.conf
OCF::varnish::config=/etc/varnish/one.vcl::mgmt_address=127.0.0.1:6082
OCF::slapd::config=/etc/ldap/slapd.d
OCF::dhcpd::config=/etc/dhcp/dhcpd.conf
OCF::LVM-activate::vgname=vg0::vg_access_mode=system_id
Filesystem::/dev/sdb1::/srv::ext4
LVM::vg0
Raid1::/etc/mdadm.conf::/dev/md0
IPsrcaddr::192.0.2.1
Route::10.0.0.0/8::eth0::192.0.2.254
SendArp::192.0.2.1/eth0
portblock::tcp::80::block
apache::/etc/apache2/apache2.conf
MailTo::ops@example.org::moved
Xinetd::tftp
Delay::1::1
`
  .trim()
  .split('\n');

t.test('words of more than twenty agents are right', { timeout: 120_000 }, async (t) => {
  const { cluster, lines } = await check(`alpha ${words.join(' ')}\n`);
  t.same(lines, []);
  const classes = new Set(cluster?.groups[0]?.resources.map((resource) => resource.class));
  t.same([...classes], ['ocf']);
  t.equal(cluster?.groups[0]?.resources.length, words.length);
});

t.test('what is wrong with them is seen', { timeout: 60_000 }, async (t) => {
  const ini = '[db]\nagent = ocf:heartbeat:mysql\nparam.datadri = /srv/db\n';
  const { lines } = await check('alpha OCF::tomcat::java_home=/x db OCF::Filesytem Filesystem::/dev/sdb1::/srv\n', ini);
  t.same(lines, [
    'haresources:1:41: error: no OCF agent "Filesytem" below /usr/lib/ocf/resource.d; did you mean "Filesystem"?',
    'haresources:1:7: error: "tomcat" needs the parameter "catalina_home"',
    'resources.ini:3:7: warning: "mysql" has no parameter "datadri"; did you mean "datadir"?',
    'haresources:1:51: warning: "Filesystem" needs the parameter "fstype"',
  ]);
});

t.test('the table of classic names has names of parameters that the agents know', { timeout: 60_000 }, async (t) => {
  const numbers: Readonly<Record<string, number>> = { ids: 3, portblock: 3, ICP: 2, Raid1: 2, ServeRAID: 2 };
  const paths = new Map(host.ocfAgents.map(({ type, path }) => [type, path]));
  t.same(
    classicAgents.filter((agent) => !paths.has(agent)),
    [],
    'every one is in the package',
  );
  const answers = await askMetaData(
    classicAgents.map((agent) => paths.get(agent) ?? ''),
    { ocfRoot, timeoutMs: 30_000 },
  );
  for (const agent of classicAgents) {
    const answer = answers.get(paths.get(agent) ?? '');
    const known = answer !== undefined && 'text' in answer ? parseMetaData(answer.text) : null;
    // As many arguments as there may be.
    const counts = agent in numbers ? [numbers[agent] ?? 0] : [5, 4, 3, 2, 1];
    const read = counts
      .map((count) =>
        classicParameters(
          agent,
          Array.from({ length: count }, (_, index) => `1${index}`),
        ),
      )
      .find((one) => one?.ok);
    for (const name of Object.keys(read?.ok ? read.value : {})) t.ok(known?.has(name), `${agent} ${name}`);
  }
});
