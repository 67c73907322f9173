/** Agents of Debian's resource-agents under systole: each is started, watched, put right when it breaks, moved and stopped. */
import t, { type Test } from 'tap';
import type { GroupStatus } from '../../src/status.js';
import { configFolder, writeClusterFiles } from './cluster-files.js';
import { heartbeatPackages } from './heartbeat.js';
import { createLab } from './lab.js';
import { needLab } from './need.js';
import { type AgentCase, agentCases, preparation, sectionOf, wordOf, writeStandIns } from './ocf-agents.js';
import { fetchPackages } from './packages.js';
import { Pair } from './pair.js';
import { must } from './run.js';

const timing = { keepaliveMs: 500, deadtimeMs: 10_000 };
const limitMs = 90_000;
const services = ['apache2', 'redis-server', 'kmod', 'bridge-utils', 'gawk', 'procps', 'psmisc'];
const only = process.env.SYSTOLE_AGENTS?.split(',');
const cases = agentCases.filter(({ type }) => only === undefined || only.includes(type));

async function started(t: Test): Promise<Pair | null> {
  const found = [await heartbeatPackages(), await fetchPackages('agent-services', services)];
  const missing = found.flatMap((one) => ('missing' in one ? [one.missing] : []));
  if (missing[0] !== undefined) {
    if (process.env.CI === 'true') t.fail(missing[0]);
    else t.pass('no packages', { skip: missing[0] });
    return null;
  }
  const packages = [t.testdir({}), ...found.flatMap((one) => ('folder' in one ? [one.folder] : []))];
  writeStandIns(packages[0] ?? '');
  const networks = ['eth0', 'eth1'];
  const lab = await createLab({ nodes: ['a', 'b'], networks, packages });
  t.teardown(() => lab.close());
  const haresources = cases.map(({ type }) => `a ${wordOf(type)}\n`).join('');
  const pair = new Pair(lab, { timing, addresses: [], haresources, failback: false });
  for (const node of pair.nodes) {
    await must(node.namespace.enter(['sh', '-ec', preparation]));
    for (const { files = {} } of cases) for (const [path, text] of Object.entries(files)) node.writeFile(path, text);
    node.writeFile(`${configFolder}/resources.ini`, cases.map(sectionOf).join(''));
  }
  writeClusterFiles({ timing, nodes: pair.nodes, networks, haresources, failback: false });
  await Promise.all([pair.start('a'), pair.start('b')]);
  return pair;
}

const isUp = (groups: readonly GroupStatus[], type: string, owner: string): boolean =>
  groups.some((group) => group.name === wordOf(type) && group.owner === owner && group.state === 'started');

/** Whether it runs on a node, as the node itself shows. */
const runsOn = async (pair: Pair, name: string, { runs }: AgentCase): Promise<boolean> =>
  (await pair.lab.node(name).exec(['sh', '-c', runs])).code === 0;

async function playCase(t: Test, pair: Pair, one: AgentCase): Promise<void> {
  const { type, kill } = one;
  const word = wordOf(type);
  await pair.statusUntil('a', `${type} runs`, ({ groups }) => isUp(groups, type, 'a'), limitMs);
  t.ok(await runsOn(pair, 'a', one), 'it runs');
  await must(pair.a.namespace.enter(['sh', '-c', kill]));
  await pair.statusUntil(
    'a',
    `${type} was restarted`,
    ({ groups }) =>
      isUp(groups, type, 'a') &&
      groups.some(({ name, resources }) => name === word && (resources[0]?.failures ?? 0) > 0),
    limitMs,
  );
  t.ok(await runsOn(pair, 'a', one), 'it was broken, and runs again');
  t.equal((await pair.systole('a', 'resource', 'move', word, 'b')).code, 0);
  await pair.statusUntil('b', `${type} has moved`, ({ groups }) => isUp(groups, type, 'b'), limitMs);
  t.same([await runsOn(pair, 'a', one), await runsOn(pair, 'b', one)], [false, true], 'it moves');
  t.equal((await pair.systole('a', 'resource', 'stop', word)).code, 0);
  const isDown = ({ groups }: { groups: readonly GroupStatus[] }) =>
    groups.some(({ name, owner }) => name === word && owner === null);
  await pair.statusUntil('b', `${type} is down`, isDown, limitMs);
  t.notOk(await runsOn(pair, 'b', one), 'it is stopped');
}

t.test('agents of Debian’s resource-agents', { timeout: 600_000 }, async (t) => {
  if (!(await needLab(t))) return;
  const pair = await started(t);
  if (pair === null) return;
  for (const one of cases) {
    await t.test(one.type, { timeout: 300_000 }, (t) => playCase(t, pair, one));
  }
});
