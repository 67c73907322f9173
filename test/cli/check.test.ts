import { chmodSync } from 'node:fs';
import t from 'tap';
import { check } from '../../src/cli/check.js';

const good = {
  'ha.cf': 'node alpha beta\nbcast lo\nauto_failback on\n',
  authkeys: 'auth 1\n1 sha1 lab-secret\n',
  haresources: 'alpha 127.0.0.5/8/lo\n',
};

async function run(files: Record<string, string>, mode = 0o600) {
  const configDir = t.testdir(files);
  chmodSync(`${configDir}/authkeys`, mode);
  const lines: string[] = [];
  const code = await check({ configDir, nodeName: 'alpha' }, (line) => lines.push(line));
  return { code, lines: lines.map((line) => line.replace(`${configDir}/`, '')) };
}

t.test('a good configuration', async (t) => {
  t.same(await run(good), { code: 0, lines: ['configuration is good: 2 nodes, 1 link, 1 group'] });
});

t.test('warnings do not fail', async (t) => {
  const { code, lines } = await run({ ...good, 'ha.cf': `${good['ha.cf']}warntime 40\n` });
  t.equal(code, 0);
  t.match(lines, [/^ha.cf:4:10: warning: warntime/, 'configuration is good: 2 nodes, 1 link, 1 group, 1 warning']);
});

t.test('errors of several files at once', async (t) => {
  const { code, lines } = await run({ ...good, haresources: 'alpha 127.0.0.5/8/lx\nbetta 127.0.0.6\n' }, 0o644);
  t.equal(code, 1);
  t.match(lines, [
    /^authkeys:1:1: error: .*mode 644/,
    /^haresources:1:19: error: network interface "lx" does not exist; did you mean "lo"\?/,
    /^haresources:2:1: error: "betta" is not a node of ha.cf; did you mean "beta"\?/,
    '3 errors, 0 warnings',
  ]);
});
