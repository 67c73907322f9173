import { chmodSync, symlinkSync } from 'node:fs';
import t from 'tap';
import { hasProgram, missingInterpreter } from '../../src/io/programs.js';

t.test('a program of the path', async (t) => {
  const dir = t.testdir({ good: '', plain: '', folder: {} });
  chmodSync(`${dir}/good`, 0o755);
  symlinkSync('nowhere', `${dir}/broken`);
  t.equal(await hasProgram('good', `/nowhere::${dir}`), true);
  t.equal(await hasProgram('good', '/nowhere:'), false);
  for (const name of ['folder', 'broken', 'absent']) t.equal(await hasProgram(name, dir), false, name);
});

t.test('what a script asks for in its first line', async (t) => {
  const lines = {
    shell: '#!/bin/sh\n',
    options: '#! /bin/sh -e\nexit',
    'of no script': 'echo\n',
    empty: '',
    env: '#!/usr/bin/env sh\n',
    'env with more': '#!/usr/bin/env -S A=b sh -e\n',
  };
  const bad = {
    absent: ['#!/nowhere/ksh\n', '/nowhere/ksh'],
    'with a carriage return': ['#!/nowhere/sh\r\n', '/nowhere/sh'],
    'by env': ['#!/usr/bin/env no-such-thing\n', 'no-such-thing'],
    'a folder': ['#!/etc\n', '/etc'],
  } as const;
  const dir = t.testdir({ ...lines, ...Object.fromEntries(Object.entries(bad).map(([name, [text]]) => [name, text])) });
  for (const name of Object.keys(lines))
    t.equal(await missingInterpreter(`${dir}/${name}`, '/usr/bin:/bin'), null, name);
  for (const [name, [, lacking]] of Object.entries(bad)) {
    t.equal(await missingInterpreter(`${dir}/${name}`, '/usr/bin:/bin'), lacking, name);
  }
  t.equal(await missingInterpreter(`${dir}/nothing`, '/bin'), null);
});
