/** A new directory with a short path: names of UNIX sockets may have 107 bytes only. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes one, and removes it with all that is in it when the test `t` ends. */
export function shortDir(t: { teardown: (work: () => void) => void }): string {
  const dir = mkdtempSync(join(tmpdir(), 'systole-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
