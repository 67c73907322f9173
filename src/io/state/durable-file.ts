/** Files that are either the old or the new one, whatever happens: written aside, flushed, and moved into place. */
import { constants } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Replaces `path` by `content`; resolves once it will survive a power failure. Rejects with node's file errors. */
export async function writeDurably(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const aside = `${path}.new`;
  const file = await open(aside, 'w', mode);
  try {
    // Whatever the umask says, and whoever left a file of this name.
    await file.chmod(mode);
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
  // The name is in the directory, which has to be flushed by itself.
  const directory = await open(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
