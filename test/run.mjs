// The one test command: build with full type checks, lint, run every compiled test under tap, and end with the line
// "N passed, N failed, N skipped". Arguments name test files (test/wire/netstring.test.ts) to run only those.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { globSync } from './support/glob.mjs';

const root = new URL('../', import.meta.url).pathname;
const bin = (name) => `${root}node_modules/.bin/${name}`;

function must(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.log('0 passed, 1 failed, 0 skipped');
    process.exit(1);
  }
}

rmSync(`${root}dist`, { recursive: true, force: true });
must(bin('tsc'), ['-p', 'tsconfig.json']);
must(process.execPath, ['test/support/make-executable.mjs']);
must(bin('biome'), ['check', '.']);

const asked = process.argv
  .slice(2)
  .map((file) => file.replace(/^(?:.*\/)?test\//, 'dist/test/').replace(/\.ts$/, '.js'));
const files = asked.length > 0 ? asked : globSync(`${root}dist/test`, /\.test\.js$/);
// Tests that measure time run alone, after the others, so that they do not slow each other down. Those beside a real
// Heartbeat wait most of their time, for its timers.
const alone = files.filter((file) => /dist\/test\/(lab|demo|bench)\//.test(file));
const waiting = files.filter((file) => /dist\/test\/interop\//.test(file));
const together = files.filter((file) => !alone.includes(file) && !waiting.includes(file));

let passed = 0;
let failed = 0;
let skipped = 0;
const folder = mkdtempSync('/tmp/systole-test-');
for (const [list, jobs] of [
  [together, 2],
  [waiting, 3],
  [alone, 1],
]) {
  if (list.length === 0) continue;
  const tapFile = `${folder}/${jobs}.tap`;
  const args = [
    'run',
    '--disable-coverage',
    `--jobs=${jobs}`,
    '--timeout=600',
    '--reporter=terse',
    `--output-file=${tapFile}`,
    ...list,
  ];
  const code = await new Promise((done) => spawn(bin('tap'), args, { cwd: root, stdio: 'inherit' }).on('close', done));
  const text = readFileSync(tapFile, 'utf8');
  for (const line of text.split('\n')) if (/^\s*not ok/.test(line) && !/# (TODO|SKIP)/.test(line)) console.log(line);
  const counts = /# \{ total: [^}]*\}\s*$/m.exec(text)?.[0] ?? '';
  const count = (name) => Number(new RegExp(`\\b${name}: (\\d+)`).exec(counts)?.[1] ?? 0);
  passed += count('pass');
  skipped += count('skip') + count('todo');
  failed += count('fail');
  if (code !== 0 && count('fail') === 0) failed += 1;
}
rmSync(folder, { recursive: true, force: true });
if (passed === 0) failed += 1;
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 ? 0 : 1);
