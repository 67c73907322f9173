/** The rules that keep the core pure and its parts in one direction, held by reading the sources. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { version } from '../src/version.js';
import { projectRoot } from './support/paths.js';
import { readSource, readSources, type Source } from './support/sources.js';

const sources = readSources();

/** Parts without clock, socket, process or dice: what they know comes in as values. */
const pure = new Set(
  'config wire order membership capture policy resources fencing sim cluster.ts events.ts describe.ts status.ts loop.ts lag.ts'.split(
    ' ',
  ),
);

const forbidden = new Set(
  'process console require globalThis global performance fetch setTimeout setInterval setImmediate queueMicrotask crypto navigator __dirname __filename'.split(
    ' ',
  ),
);

/** Forbidden uses of globals in a pure source. */
function impurities({ globals }: Source): string[] {
  return globals.filter((used) => {
    if (['Date.now', 'Math.random', 'new Date()'].includes(used)) return true;
    return forbidden.has((used.split('.')[0] ?? used).replace(/^new (\w+).*/, '$1'));
  });
}

/** Which parts a part may import. A stage never imports a later one; only cluster.ts sees them all. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'version.ts': [],
  config: [],
  'events.ts': ['config'],
  'lag.ts': ['events.ts'],
  wire: ['config'],
  order: ['config', 'events.ts', 'wire'],
  membership: ['config', 'events.ts', 'wire', 'order'],
  resources: ['config', 'events.ts', 'membership'],
  // Looks at what others captured; the daemon does not know it.
  capture: ['config', 'wire', 'order', 'membership'],
  // Policy judges what a group is doing; a group knows nothing of why.
  policy: ['config', 'events.ts', 'membership', 'resources'],
  fencing: ['config', 'events.ts', 'membership'],
  'describe.ts': ['events.ts', 'membership', 'resources'],
  'status.ts': ['config', 'events.ts', 'membership', 'policy', 'resources', 'version.ts'],
  'cluster.ts': [
    ...['config', 'events.ts', 'wire', 'order', 'membership', 'resources', 'policy', 'fencing'],
    ...['describe.ts', 'status.ts'],
  ],
  'loop.ts': ['cluster.ts', 'events.ts', 'lag.ts'],
  sim: ['config', 'events.ts', 'cluster.ts', 'describe.ts', 'status.ts'],
  // Our own agents use the kernel's seams, and the runner in io starts the agents.
  agents: ['config', 'events.ts', 'io'],
  io: ['config', 'events.ts', 'status.ts', 'agents', 'version.ts'],
  'daemon.ts': ['config', 'events.ts', 'cluster.ts', 'loop.ts', 'io', 'version.ts'],
  cli: ['config', 'events.ts', 'status.ts', 'resources', 'capture', 'daemon.ts', 'io', 'sim', 'version.ts'],
  'systole.ts': ['cli'],
  'cl_status.ts': ['cli'],
  'hb_addnode.ts': ['cli'],
  'hb_delnode.ts': ['cli'],
  'hb_standby.ts': ['cli'],
  'hb_takeover.ts': ['cli'],
};

/** Which packages a part may import; a list of names where only some of a package's. Parts not named import none. */
const mayUse: Readonly<Record<string, Readonly<Record<string, readonly string[] | 'all'>>>> = {
  config: { ini: 'all', 'node:crypto': ['createHash'] },
  wire: {
    'node:crypto': ['createHmac', 'createHash', 'createSecretKey', 'timingSafeEqual', 'KeyObject'],
    'node:zlib': ['inflateSync'],
  },
  io: { 'node:': 'all', execa: 'all', winston: 'all', koffi: 'all', serialport: 'all' },
  agents: { 'node:': 'all', execa: 'all', ini: 'all', koffi: 'all' },
  'daemon.ts': { 'node:crypto': ['randomInt'], 'node:fs/promises': 'all' },
  cli: { 'node:': 'all' },
};

function mayUsePackage(part: string, { from, names }: Source['imports'][number]): boolean {
  const packages = mayUse[part] ?? {};
  const allowed = packages[from] ?? (from.startsWith('node:') ? packages['node:'] : undefined);
  return allowed === 'all' || (allowed !== undefined && names.every((name) => allowed.includes(name)));
}

/** Longest a file should be, and the present exceptions with what they may not grow beyond. The list should get shorter. */
const linesMax = 400;
const longFiles: Readonly<Record<string, number>> = {
  'cluster.ts': 660,
  'resources/group.ts': 510,
};

t.test('the rules catch what they are for', async (t) => {
  for (const [text, found] of [
    ['const at = Date.now();', ['Date.now']],
    ['const at = new Date();', ['new Date()']],
    ['const text = new Date(wallMs).toISOString();', []],
    ['const dice = Math.random;', ['Math.random']],
    ['const most = Math.max(1, 2);', []],
    ['setTimeout(() => {}, 1);', ['setTimeout']],
    ['const wait = { setTimeout };', ['setTimeout']],
    ['world.setTimeout(1); const options = { process: 1 }; options.process;', []],
    ['console.log(1); process.exit(1);', ['console.log', 'process.exit']],
    ['performance.now();', ['performance.now']],
    ['globalThis.Date.now();', ['globalThis.Date']],
    ['// Date.now() is forbidden\nconst text = "process.exit";', []],
  ] as const) {
    t.same(impurities(readSource('order/x.ts', text)), found, text);
  }
  const { imports } = readSource('order/x.ts', "import { a, b as c } from '../io/y.js'; await import('node:fs');");
  t.same(imports, [
    { from: 'io', local: true, names: ['a', 'b'] },
    { from: 'node:fs', local: false, names: ['*'] },
  ]);
  t.equal(readSource('x.ts', 'export default function f() {}').hasDefaultExport, true);
  t.equal(readSource('x.ts', 'const f = 1; export default f;').hasDefaultExport, true);
  t.equal(readSource('x.ts', 'export const f = 1;').hasDefaultExport, false);
});

t.test('the core has no clock, socket, process or dice', async (t) => {
  const core = sources.filter(({ part }) => pure.has(part));
  t.ok(core.length > 60, `${core.length} pure sources`);
  for (const source of core) t.same(impurities(source), [], source.path);
});

t.test('no part imports what comes after it', async (t) => {
  for (const { path, part, imports } of sources) {
    const allowed = mayImport[part];
    if (allowed === undefined) t.fail(`${path}: its part is not in the table of imports`);
    const wrong = imports.filter(({ local, from }) => local && from !== part && !allowed?.includes(from));
    t.same(
      wrong.map(({ from }) => from),
      [],
      path,
    );
  }
});

t.test('the table of imports has no way around', async (t) => {
  // Between io and agents only: the runner starts agents, the agents use the kernel.
  const order = Object.keys(mayImport);
  for (const [part, others] of Object.entries(mayImport)) {
    for (const other of others) {
      if (part === 'agents' && other === 'io') continue;
      t.ok(order.indexOf(other) < order.indexOf(part), `${part} after ${other}`);
    }
  }
});

t.test('only the shell uses packages and node’s own modules', async (t) => {
  for (const { path, part, imports } of sources) {
    const wrong = imports.filter((one) => !one.local && !mayUsePackage(part, one));
    t.same(
      wrong.map(({ from, names }) => `${from}: ${names}`),
      [],
      path,
    );
  }
});

t.test('files are small, with named exports and without barrels', async (t) => {
  for (const { path, lines, hasDefaultExport } of sources) {
    t.ok(lines <= (longFiles[path] ?? linesMax), `${path} has ${lines} lines`);
    t.notOk(hasDefaultExport, `${path} has a default export`);
    t.notMatch(path, /(^|\/)index\.ts$/);
  }
  for (const path of Object.keys(longFiles)) {
    const lines = sources.find((source) => source.path === path)?.lines ?? 0;
    t.ok(lines > linesMax, `${path} is no exception any more`);
  }
});

t.test('the version is that of package.json', async (t) => {
  t.equal(version, JSON.parse(readFileSync(`${projectRoot}/package.json`, 'utf8')).version);
});

t.test('no link is among the tracked files', async (t) => {
  // A link to node_modules that slips in replaces the directory in every checkout that takes it over.
  const { status, stdout } = spawnSync('git', ['ls-files', '--stage'], { cwd: projectRoot, encoding: 'utf8' });
  if (status !== 0) return t.pass('this is no git checkout', { skip: 'no git checkout' });
  t.same(
    stdout.split('\n').filter((line) => line.startsWith('120000')),
    [],
  );
});
