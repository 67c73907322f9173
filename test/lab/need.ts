/** Skips a test, with the reason, where no lab can be made; with CI=true that is a failure. */
import type { Test } from 'tap';
import { missingForLab } from './lab.js';

/** True when the test can go on. */
export async function needLab(t: Test): Promise<boolean> {
  const missing = await missingForLab();
  if (missing === null) return true;
  if (process.env.CI === 'true') t.fail(missing);
  else t.pass('no laboratory on this machine', { skip: missing });
  return false;
}
