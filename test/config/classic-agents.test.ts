import t from 'tap';
import { classicAgents, classicParameters } from '../../src/config/classic-agents.js';
import { parseHaresources } from '../../src/config/haresources.js';
import { alpha, listen } from './hosts.js';

t.test('positions', (t) => {
  const rows: [string, Record<string, string>][] = [
    ['AudibleAlarm', {}],
    ['AudibleAlarm::alpha::beta', { nodelist: 'alpha beta' }],
    ['Delay::3::2', { startdelay: '3', stopdelay: '2', mondelay: '0' }],
    ['Delay::3::2::1', { startdelay: '3', stopdelay: '2', mondelay: '1' }],
    ['Filesystem::/dev/sdb1::/srv', { device: '/dev/sdb1', directory: '/srv' }],
    ['Filesystem::-LDATA::/srv::ext4::ro', { device: '-LDATA', directory: '/srv', fstype: 'ext4', options: 'ro' }],
    ['Filesystem::/dev/sdb1::/srv::::ro', { device: '/dev/sdb1', directory: '/srv', options: 'ro' }],
    ['ICP::1::/dev/sda', { driveid: '1', device: '/dev/sda' }],
    ['IPsrcaddr::192.0.2.1', { ipaddress: '192.0.2.1' }],
    ['LVM::vg0', { volgrpname: 'vg0' }],
    ['LinuxSCSI::0:0:1', { scsi: '0:0:1' }],
    ['MailTo::ops@example.org::moved', { email: 'ops@example.org', subject: 'moved' }],
    ['Raid1::/etc/mdadm.conf::/dev/md0', { raidconf: '/etc/mdadm.conf', raiddev: '/dev/md0' }],
    ['Route::10.0.0.0/8::eth0::192.0.2.1', { destination: '10.0.0.0/8', device: 'eth0', gateway: '192.0.2.1' }],
    ['SendArp::192.0.2.1/eth0', { ip: '192.0.2.1', nic: 'eth0' }],
    ['SendArp::192.0.2.1::eth0', { ip: '192.0.2.1', nic: 'eth0' }],
    ['ServeRAID::1::2', { serveraid: '1', mergegroup: '2' }],
    ['WAS::9080', { port: '9080' }],
    ['WAS::/opt/was.xml', { config: '/opt/was.xml' }],
    ['WAS', {}],
    ['WinPopup', { hostfile: 'hosts' }],
    ['WinPopup::/etc/stations', { hostfile: '/etc/stations' }],
    ['Xinetd::tftp', { service: 'tftp' }],
    ['apache', {}],
    ['apache::/etc/apache2/apache2.conf', { configfile: '/etc/apache2/apache2.conf' }],
    ['db2::db2inst1', { instance: 'db2inst1' }],
    ['ids', {}],
    ['ids::/opt/ids::one::onconfig', { informixdir: '/opt/ids', informixserver: 'one', onconfig: 'onconfig' }],
    ['portblock::tcp::80,443::block', { protocol: 'tcp', portno: '80,443', action: 'block' }],
  ];
  for (const [word, parameters] of rows) {
    const [agent = '', ...args] = word.split('::');
    t.same(classicParameters(agent, args), { ok: true, value: parameters }, word);
  }
  const shown = new Set(rows.map(([word]) => word.split('::')[0]));
  t.same(
    classicAgents.filter((agent) => !shown.has(agent)),
    [],
    'every row of the table was tried',
  );
  t.end();
});

t.test('wrong numbers of arguments', (t) => {
  const rows: [string, RegExp][] = [
    ['Filesystem::/dev/sdb1', /^Filesystem takes 2 to 4 arguments: device, directory, fstype, options$/],
    ['Filesystem::::/srv', /^Filesystem takes 2 to 4/],
    ['apache::a::b', /^apache takes up to 1 argument: configfile/],
    ['portblock::tcp::80', /^portblock takes 3 arguments: protocol, portno, action/],
    ['ids::a', /^ids takes no arguments or three/],
    ['SendArp::192.0.2.1', /^SendArp takes ADDRESS.INTERFACE/],
  ];
  for (const [word, reason] of rows) {
    const [agent = '', ...args] = word.split('::');
    t.match(classicParameters(agent, args), { ok: false, reason }, word);
  }
  t.equal(classicParameters('mysql', []), null, 'no classic name');
  t.end();
});

t.test('a script of resource.d comes first, one of init.d does not', (t) => {
  const classOf = (word: string) => {
    const { report, lines } = listen();
    const findAgent = (name: string) => (name === 'ids' ? { path: '/etc/init.d/ids', class: 'lsb' as const } : null);
    const host = { ...alpha, findAgent: (name: string) => alpha.findAgent(name) ?? findAgent(name) };
    const [group] = parseHaresources(`alpha ${word}`, { nodes: null, host, report });
    t.same(lines(), []);
    const resource = group?.resources[0]?.resource;
    return [resource?.class, resource?.path, resource?.args.join(' ')];
  };
  t.same(classOf('MailTo::me'), ['heartbeat', '/etc/ha.d/resource.d/MailTo', 'me']);
  t.same(classOf('ids'), ['ocf', '/usr/lib/ocf/resource.d/heartbeat/ids', '']);
  t.same(classOf('IPsrcaddr::192.0.2.1'), ['ocf', '/usr/lib/ocf/resource.d/heartbeat/IPsrcaddr', '192.0.2.1']);
  t.end();
});
