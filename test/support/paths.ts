/** Where things are, seen from a compiled test (dist/test/...). */
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../../../', import.meta.url));
export const testdata = `${projectRoot}test/testdata/`;
export const systoleBin = `${projectRoot}dist/src/systole.js`;
