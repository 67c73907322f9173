/** Expected texts in test/testdata; TAP_SNAPSHOT=1 rewrites them, and the difference is to be read before it is committed. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { testdata } from './paths.js';

/** The text of `test/testdata/NAME`; with TAP_SNAPSHOT=1 it becomes `actual` first. */
export function golden(name: string, actual: string): string {
  const path = `${testdata}${name}`;
  if (process.env.TAP_SNAPSHOT === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, actual);
  }
  return readFileSync(path, 'utf8');
}
