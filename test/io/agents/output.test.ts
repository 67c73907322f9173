import t from 'tap';
import { lastLine } from '../../../src/io/agents/output.js';

t.test('the last line that says something', async (t) => {
  t.equal(lastLine(''), '');
  t.equal(lastLine('\n \n'), '');
  t.equal(lastLine('one\ntwo\n\n'), 'two');
  t.equal(lastLine('10 %\r50 %\rdone\r'), 'done');
  t.equal(lastLine('\u001b[31mred\u001b[0m\ttext'), 'red text');
  t.equal(lastLine('x'.repeat(1000)).length, 500);
});
