/** Reads a `status` message. */
import type { Message, Trusted } from '../wire/message.js';
import type { AnnouncementReader } from './announcement.js';
import type { StatusReport } from './peer.js';

/** What the status says, with the reader of its sender; null when it is not a well-formed one. Numbers are hexadecimal (heartbeat's `dt`, `hg`, `seq`). */
export function readStatus(message: Trusted<Message>, reader: AnnouncementReader): StatusReport | null {
  const state = message.get('st');
  const generation = hexadecimal(message.get('hg'));
  const seq = hexadecimal(message.get('seq'));
  if ((state !== 'init' && state !== 'up' && state !== 'active') || generation === null || seq === null) return null;
  return {
    state,
    generation,
    seq,
    uuid: readUuid(message.get('srcuuid')),
    deadtimeMs: hexadecimal(message.get('dt')) || null,
    announcement: reader.read(message),
  };
}

function hexadecimal(text: string | undefined): number | null {
  return text !== undefined && /^[0-9a-f]{1,12}$/i.test(text) ? Number.parseInt(text, 16) : null;
}

/** Sixteen bytes; anything else is no uuid. */
function readUuid(text: string | undefined): string | null {
  return text?.length === 16 ? text : null;
}
