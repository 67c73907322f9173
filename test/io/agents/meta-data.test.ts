import { chmodSync } from 'node:fs';
import t from 'tap';
import { askMetaData } from '../../../src/io/agents/meta-data.js';

t.test('agents are asked, none for ever', async (t) => {
  const dir = t.testdir({
    Good: '#!/bin/sh\necho "<resource-agent $1 $OCF_ROOT>"; echo note >&2\n',
    Bad: '#!/bin/sh\nexit 3\n',
    Slow: '#!/bin/sh\nsleep 60\n',
    NoInterpreter: '#!/nowhere/ksh\n',
  });
  const path = (name: string): string => `${dir}/${name}`;
  const names = ['Good', 'Bad', 'Slow', 'NoInterpreter'];
  for (const name of names) chmodSync(path(name), 0o755);
  const answers = await askMetaData([...names.map(path), path('Good')], { ocfRoot: '/ocf', timeoutMs: 1000 });
  t.equal(answers.size, 4);
  t.match(answers.get(path('Good')), { text: /^<resource-agent meta-data \/ocf>/ });
  t.same(answers.get(path('Bad')), { missing: 'meta-data ended with exit code 3' });
  t.same(answers.get(path('Slow')), { missing: 'meta-data took longer than 1 s' });
  t.match(answers.get(path('NoInterpreter')), { missing: /^cannot run .*interpreter/ });
});

t.test('nobody to ask', async (t) => {
  t.equal((await askMetaData([])).size, 0);
});
