import t from 'tap';
import { readArguments, takeWords, UsageError } from '../../src/cli/arguments.js';

t.test('options, variables and defaults, in this order', async (t) => {
  const { places } = readArguments([], {}, {});
  t.same(places, { configDir: '/etc/ha.d', stateDir: '/var/lib/systole', runDir: '/run/systole' });
  const environment = { HA_DIR: '/c', SYSTOLE_STATE: '/s', SYSTOLE_RUN: '/r', SYSTOLE_NODE: 'ALPHA' };
  t.same(readArguments([], {}, environment).places, {
    configDir: '/c',
    stateDir: '/s',
    runDir: '/r',
    nodeName: 'alpha',
  });
  t.same(readArguments(['--run', '/x', '--node=Beta'], {}, environment).places, {
    configDir: '/c',
    stateDir: '/s',
    runDir: '/x',
    nodeName: 'beta',
  });
  t.equal(readArguments([], {}, { HA_DIR: '' }).places.configDir, '/etc/ha.d', 'an empty variable is none');
});

t.test('paths are made absolute: agents run in another directory', async (t) => {
  t.equal(readArguments(['--config', 'etc'], {}, {}).places.configDir, `${process.cwd()}/etc`);
});

t.test('words and own options in any order; behind -- everything is a word', async (t) => {
  const read = readArguments(['move', '--no-wait', 'g', '--timeout', '5', '--', '--node'], {
    'no-wait': 'switch',
    timeout: 'value',
  });
  t.same(read.words, ['move', 'g', '--node']);
  t.same([...read.switches], ['no-wait']);
  t.same(read.values, { timeout: '5' });
});

t.test('the number of words', async (t) => {
  t.same(takeWords(['a', 'b'], ['GROUP', 'NODE']), ['a', 'b']);
  for (const [words, message] of [
    [['a'], 'NODE is missing'],
    [['a', 'b', 'c'], '"c" is one word too many'],
  ] as const) {
    t.throws(() => takeWords(words, ['GROUP', 'NODE']), new UsageError(message));
  }
});
