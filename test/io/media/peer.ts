/** The other node of the media tests: a process in a network namespace of its own that does as it is told over IPC. */
import type { MediumConfig } from '../../../src/config/types.js';
import { openMedia } from '../../../src/io/media/table.js';
import type { Medium } from '../../../src/io/seams.js';

export type ToPeer =
  | { readonly do: 'open'; readonly media: readonly MediumConfig[] }
  | { readonly do: 'send'; readonly text: string };

export type FromPeer =
  | { readonly saw: 'packet'; readonly medium: string; readonly text: string }
  | { readonly saw: 'state'; readonly medium: string; readonly state: string; readonly text: string }
  | { readonly saw: 'ready' };

let media: Medium[] = [];
const say = (message: FromPeer) => process.send?.(message);

process.on('message', (message: ToPeer) => {
  if (message.do === 'send') {
    for (const medium of media) medium.send(Buffer.from(message.text));
    return;
  }
  media = openMedia(message.media, (config) => ({
    onPacket: (bytes) => say({ saw: 'packet', medium: config.type, text: Buffer.from(bytes).toString() }),
    onState: (state, text) => say({ saw: 'state', medium: config.type, state, text }),
  }));
});
process.on('disconnect', () => process.exit(0));
say({ saw: 'ready' });
