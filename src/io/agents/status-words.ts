/**
 * What an agent's answer to `status` means.
 *
 * Heartbeat looks at the words alone: "not running" means stopped, else "running" or "OK" means running, else
 * stopped. LSB and OCF have exit codes: 0 running, 3 (LSB) and 7 (OCF) stopped, 1 and 2 (LSB) dead with remains. The
 * rule here, in this order:
 *
 * 1. exit 0: running; but stopped when the text says "not running", or says "stopped" and neither "running" nor "OK"
 *    (scripts that always exit 0);
 * 2. exit 3 or 7: stopped, whatever the text says;
 * 3. any other code contradicts both standards or tells of remains, so the text decides as with Heartbeat: "not
 *    running" means stopped, else "running" or "OK" means running;
 * 4. without such words: exit 1 or 2 means stopped (LSB: it is dead), anything else is no answer.
 */
export type StatusAnswer = 'running' | 'stopped' | 'failed' | 'unknown';

/** Only the initial letters may be capitals, as in Heartbeat. */
const saysNotRunning = /[Nn]ot [Rr]unning/;
const saysRunning = /[Rr]unning|OK/;
const saysStopped = /\b[Ss]topped\b/;

/** The state that `exitCode` and the output together tell. */
export function statusAnswer(exitCode: number, output: string): StatusAnswer {
  const notRunning = saysNotRunning.test(output);
  const running = !notRunning && saysRunning.test(output);
  if (exitCode === 0) return notRunning || (!running && saysStopped.test(output)) ? 'stopped' : 'running';
  if (exitCode === 3 || exitCode === 7) return 'stopped';
  if (notRunning) return 'stopped';
  if (running) return 'running';
  return exitCode === 1 || exitCode === 2 ? 'stopped' : 'unknown';
}
