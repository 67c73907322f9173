/** Agents of Debian's resource-agents that can run in a node of a lab: what each needs, how it is broken, what it leaves when stopped. */
import { mkdirSync, writeFileSync } from 'node:fs';

/** One agent under test, in a group of its own. */
export interface AgentCase {
  /** Its name below resource.d/heartbeat. */
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** A shell breaks on a node what it started; none: nothing can break it but its own stop. */
  readonly kill: string;
  /** True for a shell on a node on which it runs, false on others. */
  readonly runs: string;
  /** Files of a node, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

const killPid = (file: string): string => `kill -KILL $(cat ${file})`;
const pidRuns = (file: string): string => `kill -0 $(cat ${file})`;
const listens = (port: number): string => `ss -Hltn sport = :${port} | grep -q .`;

/** Made on every node before anything runs: what the packages' installation would do, and what agents work on. */
export const preparation = `
mkdir -p /srv/fs /srv/www /var/log/apache2
mkdir -p /run/redis /var/lib/redis /run/lock/apache2
echo hello >/srv/www/index.html
echo shop >/srv/shop.conf
`;

const apacheConf = `ServerRoot /etc/apache2
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule status_module /usr/lib/apache2/modules/mod_status.so
PidFile /run/apache-lab.pid
ErrorLog /var/log/apache2/lab.log
ServerName localhost
Listen 8180
User nobody
Group nogroup
DocumentRoot /srv/www
<Location /server-status>
SetHandler server-status
</Location>
`;

/** Programs beside the packages': a stand-in for mail that writes a file. */
export function writeStandIns(folder: string): void {
  for (const name of ['usr/bin', 'etc', 'var']) mkdirSync(`${folder}/${name}`, { recursive: true });
  writeFileSync(`${folder}/usr/bin/mail`, '#!/bin/sh\ncat >>/var/mail.txt\n', { mode: 0o755 });
}

/** In the order in which they are tried; they are independent of one another. */
export const agentCases: readonly AgentCase[] = [
  { type: 'Dummy', parameters: { state: '/run/dummy' }, kill: 'rm /run/dummy', runs: 'test -e /run/dummy' },
  { type: 'Stateful', parameters: { state: '/run/stateful' }, kill: 'rm /run/stateful', runs: 'test -e /run/stateful' },
  {
    type: 'Delay',
    parameters: { startdelay: '1', stopdelay: '1', mondelay: '1' },
    kill: 'rm /run/resource-agents/Delay_*',
    runs: 'ls /run/resource-agents/Delay_*',
  },
  {
    type: 'anything',
    parameters: { binfile: '/usr/bin/sleep', cmdline_options: '100000', pidfile: '/run/anything.pid' },
    kill: killPid('/run/anything.pid'),
    runs: pidRuns('/run/anything.pid'),
  },
  {
    type: 'symlink',
    parameters: { link: '/etc/shop.conf', target: '/srv/shop.conf' },
    kill: 'rm /etc/shop.conf',
    runs: 'test -L /etc/shop.conf',
  },
  {
    type: 'IPaddr2',
    parameters: { ip: '10.77.200.1', cidr_netmask: '16', nic: 'eth0' },
    kill: 'ip addr del 10.77.200.1/16 dev eth0',
    runs: 'ip addr show dev eth0 | grep -q 10.77.200.1/16',
  },
  {
    type: 'Route',
    parameters: { destination: '10.99.0.0/16', device: 'eth0', gateway: '10.77.0.99' },
    kill: 'ip route del 10.99.0.0/16',
    runs: 'ip route show 10.99.0.0/16 | grep -q eth0',
  },
  {
    type: 'SendArp',
    parameters: { ip: '10.77.200.3', nic: 'eth0' },
    kill: 'rm /run/resource-agents/SendArp_*',
    runs: 'ls /run/resource-agents/SendArp_*',
  },
  {
    type: 'iface-bridge',
    parameters: { bridge_name: 'labbr0' },
    kill: 'ip link del labbr0',
    runs: 'ip link show labbr0',
  },
  {
    type: 'iface-macvlan',
    parameters: { device: 'eth1', name: 'labmac0' },
    kill: 'ip link del labmac0',
    runs: 'ip link show labmac0',
  },
  {
    type: 'Filesystem',
    parameters: { device: 'tmpfs', directory: '/srv/fs', fstype: 'tmpfs' },
    kill: 'umount /srv/fs',
    runs: 'findmnt /srv/fs',
  },
  {
    // The mail program is a stand-in that writes a file.
    type: 'MailTo',
    parameters: { email: 'root', subject: 'moved' },
    kill: 'rm /run/resource-agents/MailTo_*',
    runs: 'ls /run/resource-agents/MailTo_*',
  },
  {
    type: 'apache',
    parameters: {
      configfile: '/etc/lab/apache.conf',
      statusurl: 'http://127.0.0.1:8180/server-status',
      client: 'wget',
    },
    kill: killPid('/run/apache-lab.pid'),
    runs: listens(8180),
    files: { '/etc/lab/apache.conf': apacheConf },
  },
  {
    type: 'redis',
    parameters: {
      config: '/etc/lab/redis.conf',
      user: 'root',
      port: '6399',
      rundir: '/run/redis',
      bin: '/usr/bin/redis-server',
    },
    kill: killPid('/run/redis/redis-server.pid'),
    runs: listens(6399),
    files: { '/etc/lab/redis.conf': 'port 6399\nbind 127.0.0.1\ndir /var/lib/redis\nsave ""\n' },
  },
];

/** The section of a case in resources.ini, and its word in haresources. */
export function sectionOf({ type, parameters }: AgentCase): string {
  const lines = Object.entries(parameters).flatMap(([name, value]) =>
    value === '' ? [] : [`param.${name} = ${value}`],
  );
  const watch = ['monitor-interval = 1', 'start-timeout = 60', 'stop-timeout = 60', 'monitor-timeout = 30'];
  return [`[${wordOf(type)}]`, `agent = ocf:heartbeat:${type}`, ...watch, ...lines, ''].join('\n');
}

/** Lower case: nothing else is called so. */
export const wordOf = (type: string): string => `lab-${type.toLowerCase()}`;
