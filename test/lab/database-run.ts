/** A real MariaDB on a shared disk in a cluster of two, through power-offs and moves, with a client that writes without a pause. */
import { readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { projectRoot } from '../support/paths.js';
import { heartbeatPackages } from './heartbeat.js';
import { makeDatabase, mariadbPackages, prepareMariadb, sql } from './mariadb.js';
import type { LabNode } from './node.js';
import { fetchPackages } from './packages.js';
import { createPair, type Pair } from './pair.js';
import { must, until } from './run.js';
import { createSharedDisk, cutDisk, type SharedDisk } from './shared-disk.js';
import { longestPause, startWriting, type Writer } from './sql-writer.js';

export type Cause = 'power-off' | 'move';

export interface DatabaseRun {
  readonly acknowledged: number;
  /** Acknowledged rows that are not in the table at the end. */
  readonly lost: readonly number[];
  /** Of each event the longest time without an acknowledgement. */
  readonly outages: readonly { readonly cause: Cause; readonly ms: number }[];
  /** Moments at which more than one server was seen, and how often it was looked. */
  readonly twoServers: number;
  readonly looks: number;
}

const address = '10.77.100.1';
const directory = '/srv/database';
const datadir = `${directory}/mysql`;
const table = 'proof.rows';
const eventLimitMs = 90_000;

/** Why it cannot be done here, or the folders of packages. */
export async function databasePackages(): Promise<
  { folders: readonly [mariadb: string, ...others: string[]] } | { missing: string }
> {
  const [agents, mariadb] = [await heartbeatPackages(), await mariadbPackages()];
  if ('missing' in agents) return agents;
  if ('missing' in mariadb) return mariadb;
  // The Filesystem agent does nothing without modprobe and fuser.
  const tools = await fetchPackages('kmod', ['kmod', 'psmisc']);
  return 'missing' in tools ? tools : { folders: [mariadb.folder, agents.folder, tools.folder] };
}

export async function runDatabase(
  folders: readonly [mariadb: string, ...others: string[]],
  causes: readonly Cause[],
): Promise<DatabaseRun> {
  const disk = await createSharedDisk(256);
  try {
    const pair = await createPair({
      timing,
      addresses: [],
      haresources: line(disk),
      failback: false,
      packages: folders,
    });
    try {
      for (const node of pair.nodes) await prepare(node);
      await fill(pair.a, disk);
      await Promise.all([pair.start('a'), pair.start('b')]);
      await pair.settled('a', eventLimitMs);
      return await play(pair, folders[0], causes);
    } finally {
      await pair.close();
    }
  } finally {
    disk.close();
  }
}

const timing = { keepaliveMs: 100, deadtimeMs: 1000 };

function line({ device }: SharedDisk): string {
  const disk = `OCF::Filesystem::device=${device}::directory=${directory}::fstype=ext4::run_fsck=force`;
  return `a ${disk} mysql IPaddr2::${address}/16/eth0\n`;
}

async function prepare(node: LabNode): Promise<void> {
  await prepareMariadb(node, { datadir });
  node.writeFile(`${configured}/README`, '');
  symlinkSync(`${projectRoot}resource.d/mysql`, node.namespace.path(`${configured}/mysql`));
}

const configured = '/etc/ha.d/resource.d';

/** The database is made on one node before there is a cluster. */
async function fill(node: LabNode, { device }: SharedDisk): Promise<void> {
  const agent = async (verb: string) => {
    await must(node.namespace.enter([`${projectRoot}resource.d/mysql`, verb]), { timeoutMs: eventLimitMs });
  };
  await must(node.namespace.enter(['sh', '-ec', `mkdir -p ${directory}; mount -t ext4 ${device} ${directory}`]));
  await makeDatabase(node, { datadir });
  await agent('start');
  await sql(
    node,
    `CREATE DATABASE proof; CREATE TABLE ${table} (n BIGINT PRIMARY KEY) ENGINE=InnoDB;
     CREATE USER writer@'%'; GRANT ALL ON proof.* TO writer@'%';`,
  );
  await agent('stop');
  await must(node.namespace.enter(['umount', directory]));
}

async function play(pair: Pair, packages: string, causes: readonly Cause[]): Promise<DatabaseRun> {
  const writer = startWriting(pair.lab, { packages, address, user: 'writer', table });
  const watch = watchServers(pair.lab.id);
  const outages: { cause: Cause; ms: number }[] = [];
  let owner: 'a' | 'b' = 'a';
  try {
    for (const cause of causes) {
      await written(writer);
      const fromMs = performance.now();
      const other: 'a' | 'b' = owner === 'a' ? 'b' : 'a';
      await (cause === 'move' ? move(pair, owner, other) : powerOff(pair, owner));
      await written(writer);
      outages.push({ cause, ms: longestPause(writer.acknowledged, fromMs, performance.now()) });
      if (cause === 'power-off') await back(pair, owner, other);
      owner = other;
    }
    await writer.stop();
  } finally {
    watch.stop();
  }
  const rows = new Set((await sql(pair.lab.node(owner), `SELECT n FROM ${table}`)).split('\n').map(Number));
  const lost = writer.acknowledged.map(({ n }) => n).filter((n) => !rows.has(n));
  return { acknowledged: writer.acknowledged.length, lost, outages, twoServers: watch.two(), looks: watch.looks() };
}

/** Until some more rows have been acknowledged. */
async function written({ acknowledged }: Writer): Promise<void> {
  const enough = acknowledged.length + 50;
  await until('rows are written', () => acknowledged.length >= enough, { limitMs: eventLimitMs });
}

async function move(pair: Pair, from: string, to: string): Promise<void> {
  const [group] = (await pair.status(from)).groups;
  const moved = await pair.systole(from, 'resource', 'move', group?.name ?? '', to);
  if (moved.code !== 0) throw new Error(`systole resource move: ${moved.stderr.trim()}`);
  await pair.settled(to, eventLimitMs);
}

async function powerOff(pair: Pair, name: string): Promise<void> {
  const node = pair.lab.node(name);
  cutDisk(node, directory);
  node.powerOff();
}

async function back(pair: Pair, name: string, other: string): Promise<void> {
  const node = pair.lab.node(name);
  await node.boot();
  await prepareMariadb(node, { datadir });
  await pair.start(name);
  await pair.settled(other, eventLimitMs);
}

/** Looks every 50 ms how many nodes have a server process that is not dead, those whose power is off included. */
function watchServers(lab: string) {
  let looks = 0;
  let two = 0;
  const timer = setInterval(() => {
    looks++;
    if (new Set(serverHomes(lab)).size > 1) two++;
  }, 50);
  return { stop: () => clearInterval(timer), two: () => two, looks: () => looks };
}

function serverHomes(lab: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'mariadbd') return [];
      const isOfLab = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`SYSTOLE_LAB=${lab}`);
      return isOfLab ? [readlinkSync(`/proc/${pid}/ns/pid`)] : [];
    } catch {
      // It ended while it was looked at; of a dead one there is nothing to read.
      return [];
    }
  });
}
