import t from 'tap';
import { type StatusAnswer, statusAnswer } from '../../../src/io/agents/status-words.js';

const table: [number, string, StatusAnswer][] = [
  // Exit 0 is running, unless the words say otherwise.
  [0, '', 'running'],
  [0, 'running', 'running'],
  [0, 'OK', 'running'],
  [0, 'active (since yesterday)', 'running'],
  [0, 'mysqld is running, one worker is stopped', 'running'],
  [0, 'foo is not running', 'stopped'],
  [0, 'Not Running', 'stopped'],
  [0, 'foo is stopped', 'stopped'],
  [0, 'unstoppedable', 'running'],
  // 3 and 7 are stopped whatever is said.
  [3, '', 'stopped'],
  [3, 'unable to look: OK file missing', 'stopped'],
  [3, 'running', 'stopped'],
  [7, 'INFO:  Resource is stopped', 'stopped'],
  // Everything else goes by Heartbeat's words.
  [1, 'running', 'running'],
  [1, 'foo is not running but OK', 'stopped'],
  [1, '', 'stopped'],
  [2, 'dead but subsys locked', 'stopped'],
  [2, 'OK', 'running'],
  [4, '', 'unknown'],
  [4, 'not running', 'stopped'],
  [5, 'INFO:  Running OK', 'running'],
  [127, 'sh: foo: not found', 'unknown'],
  [255, 'NOT RUNNING', 'unknown'],
];

t.test('exit code first, words where it contradicts the standards', async (t) => {
  for (const [exitCode, output, answer] of table) {
    t.equal(statusAnswer(exitCode, output), answer, `exit ${exitCode}, "${output}": ${answer}`);
  }
});
