import t from 'tap';
import { runProgram, saidBy } from '../../../src/agents/frame/programs.js';

t.test('a program that ends', async (t) => {
  const ended = await runProgram(['sh', '-c', 'cat; echo "$LC_ALL $WHAT"; echo bad >&2; exit 3'], {
    input: 'in\n',
    environment: { WHAT: 'x' },
  });
  t.same(ended, { code: 3, stdout: 'in\nC x\n', stderr: 'bad\n', why: '', isMissing: false });
  t.equal(saidBy(ended), 'bad');
});

t.test('no shell reads the words', async (t) => {
  const { stdout } = await runProgram(['printf', '%s|', '$HOME; echo', '*']);
  t.equal(stdout, '$HOME; echo|*|');
});

t.test('a program that is not there', async (t) => {
  const ended = await runProgram(['systole-no-such-program']);
  t.equal(ended.code, null);
  t.equal(ended.isMissing, true);
  t.equal(saidBy(ended), 'there is no program systole-no-such-program');
});

t.test('a program that does not end is ended, also one that does not listen', async (t) => {
  for (const script of ['exec sleep 60', 'trap "" TERM; while :; do sleep 0.1; done']) {
    const ended = await runProgram(['sh', '-c', script], { limitMs: 200 });
    t.equal(ended.code, null);
    t.equal(saidBy(ended), 'sh did not end within 0.2 s');
  }
});

t.test('what it leaves behind is not waited for', async (t) => {
  const ended = await runProgram(['sh', '-c', 'sleep 5 & echo $!'], { limitMs: 60_000 });
  t.equal(ended.code, 0);
  const pid = Number(ended.stdout);
  t.ok(process.kill(pid, 'SIGKILL'), 'it was still there');
});
