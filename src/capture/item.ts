/** What comes out of a capture file, before anybody looks into it. */

/** A captured frame. */
export interface CapturedFrame {
  readonly kind: 'frame';
  /** Where its record begins in the file. */
  readonly offset: number;
  /** When it was captured (ms since 1970, with fractions); null where the file does not say. */
  readonly wallMs: number | null;
  /** Link type, by the registry of tcpdump.org. */
  readonly linkType: number;
  /** As much of it as was captured. */
  readonly bytes: Buffer;
}

/** A message on a serial line. */
export interface SerialMessage {
  readonly kind: 'message';
  readonly offset: number;
  readonly bytes: Buffer;
}

/** Something is wrong with the file at this place. */
export interface FileTrouble {
  readonly kind: 'trouble';
  readonly offset: number;
  /** One plain sentence that names the place. */
  readonly text: string;
}

export type CaptureItem = CapturedFrame | SerialMessage | FileTrouble;

/** Reads one kind of file, piece by piece. It keeps no more than one unit of the file in memory. */
export interface CaptureReader {
  /** Takes the next piece; gives what is complete with it. */
  push(piece: Uint8Array): CaptureItem[];
  /** The file is over; gives what is left to say. */
  end(): CaptureItem[];
}

/** More than any record of a sane file: tcpdump captures at most 262,144 bytes of a frame. */
export const recordLimitBytes = 1024 * 1024;

/** Makes a trouble. */
export function trouble(offset: number, text: string): FileTrouble {
  return { kind: 'trouble', offset, text };
}
