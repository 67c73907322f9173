/** Reads a capture file piece by piece, or standard input. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** The pieces of the file; `-` is standard input. Throws an Error whose message is one plain sentence. */
export async function* readPieces(path: string): AsyncGenerator<Uint8Array> {
  const stream = path === '-' ? process.stdin : await open(path);
  try {
    for await (const piece of stream) yield piece as Uint8Array;
  } catch (error) {
    throw new Error(`${path} cannot be read: ${reason(error)}`, { cause: error });
  }
}

async function open(path: string): Promise<AsyncIterable<unknown>> {
  const info = await stat(path).catch((error: unknown) => {
    throw new Error(`${path} cannot be read: ${reason(error)}`, { cause: error });
  });
  if (info.isDirectory()) throw new Error(`${path} cannot be read: it is a directory`);
  return createReadStream(path);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
};

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return reasons[code] ?? code;
}
