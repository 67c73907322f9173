/** Skips a test, with the reason, where there can be no lab or no real Heartbeat; with CI=true that is a failure. */
import type { Test } from 'tap';
import { heartbeatPackages } from '../lab/heartbeat.js';
import { needLab } from '../lab/need.js';

/** True when the test can go on. Fetches the package. */
export async function needHeartbeat(t: Test): Promise<boolean> {
  if (!(await needLab(t))) return false;
  const packages = await heartbeatPackages();
  if ('folder' in packages) return true;
  if (process.env.CI === 'true') t.fail(packages.missing);
  else t.pass('no real Heartbeat on this machine', { skip: packages.missing });
  return false;
}
