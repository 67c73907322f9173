/** Whether serial lines can carry what the configuration sends over them: only all files together tell. */
import { placeOf, type Report } from './problems.js';
import type { ClusterConfig } from './types.js';
import { formatTime } from './values.js';

/** Eight bits with a start and a stop bit. */
const bitsPerByte = 10;
const speeds = [9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800];

/**
 * Length in bytes of a heartbeat in string form, signed with sha1, of a node that holds every group, without standing
 * orders. Names of nodes count as they are, numbers as long as they get.
 */
export function heartbeatBytes({ nodes, groups, media }: Pick<ClusterConfig, 'nodes' | 'groups' | 'media'>): number {
  const links = new Set(media.map(({ device }) => device));
  const linksBytes = [...links].reduce((sum, { length }) => sum + length + 1, 0);
  const names = nodes.reduce((sum, { length }) => sum + length, 0);
  const longest = Math.max(0, ...nodes.map(({ length }) => length));
  // Names of all fields and those whose values never differ much; then the view, whom it hears over what, and claims.
  return (
    239 + longest + (names + 10 * nodes.length) + (names + (nodes.length - 1) * (18 + linksBytes)) + 13 * groups.length
  );
}

/** Reports serial lines that are too slow, or too few. `text` is that of ha.cf. */
export function checkSerialLoad(config: ClusterConfig, text: string, report: Report): void {
  const lines = config.media.filter((medium) => medium.type === 'serial');
  const [line] = lines;
  if (line === undefined) return;
  const { nodes, timing, media } = config;
  const others = nodes.length - 1;
  if (media.length === lines.length && lines.length < others) {
    report.warning(
      placeOf('serial', text),
      `a serial line reaches one other node and nothing is forwarded: ${others} other nodes need as many lines, or another link`,
    );
  }
  const bytes = heartbeatBytes(config);
  const tookMs = timeMs(bytes, line.baud);
  if (tookMs <= timing.keepaliveMs / 2) return;
  const enough = speeds.find((baud) => timeMs(bytes, baud) <= timing.keepaliveMs / 2);
  const advice = enough === undefined ? `keepalive ${formatTime(2 * tookMs)}` : `baud ${enough}`;
  report.warning(
    placeOf(/^[ \t]*baud\b/m.test(text) ? 'baud' : 'serial', text),
    `a heartbeat of this cluster has about ${bytes} bytes and takes ${tookMs} ms at ${line.baud} baud, more than half of keepalive (${formatTime(timing.keepaliveMs)}): serial lines carry only some of them; write "${advice}"`,
  );
}

const timeMs = (bytes: number, baud: number): number => Math.ceil((bytes * bitsPerByte * 1000) / baud);
