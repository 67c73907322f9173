/** The executables in resource.d: one for each agent, all alike, and they work from wherever they are called. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import t from 'tap';
import { agents } from '../../src/agents/table.js';
import { projectRoot } from '../support/paths.js';

const folder = `${projectRoot}resource.d`;
const names = readdirSync(folder).sort();

function call(path: string, args: readonly string[], environment: Record<string, string> = {}) {
  const env = { PATH: process.env.PATH ?? '', ...environment };
  const { status, stdout, stderr } = spawnSync(path, args, { encoding: 'utf8', env });
  return { status, stdout, stderr };
}

t.test('there is one for each agent, executable, and all alike', async (t) => {
  t.same(names, Object.keys(agents).sort());
  const [first = '', ...others] = names.map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
  for (const text of others) t.equal(text, first);
  for (const name of names) t.equal(statSync(`${folder}/${name}`).mode & 0o111, 0o111, name);
});

t.test('every agent says what it is', async (t) => {
  for (const [name, load] of Object.entries(agents)) {
    const { describe } = await load();
    t.equal(describe.name, name);
    t.match(describe.version, /^\d+\.\d+$/);
    t.match(call(`${folder}/${name}`, ['meta-data']), { status: 0, stdout: `<resource-agent name="${name}"` });
  }
});

t.test('through a link, as Heartbeat calls it', async (t) => {
  const dir = mkdtempSync('/tmp/systole-launchers-');
  t.teardown(() => rmSync(dir, { recursive: true }));
  symlinkSync(`${folder}/Dummy`, `${dir}/Dummy`);
  const environment = { HA_RSCTMP: `${dir}/state` };
  const steps = ['status', 'start', 'start', 'status', 'monitor', 'stop', 'stop', 'status'];
  t.same(
    steps
      .map((verb) => call(`${dir}/Dummy`, ['one', verb], environment))
      .map(({ status, stdout }) => `${status} ${stdout.trim()}`),
    ['3 stopped', '0 ', '0 ', '0 running', '0 ', '0 ', '0 ', '3 stopped'],
  );
  cpSync(`${folder}/Delay`, `${dir}/Delay`);
  t.match(call(`${dir}/Delay`, ['start']), { status: 5, stderr: /link to systole's resource\.d/ });
  t.match(call(`${folder}/Dummy`, ['promote']), { status: 3, stderr: /^ERROR: Dummy cannot promote\n/ });
});
