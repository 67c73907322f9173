/** The ways to the other nodes by IPv4: bcast, ucast, mcast. One reader a directive. */
import { looksLikeIPv4, numberOfIPv4, parseIPv4, parseIPv6 } from './ip.js';
import { hint } from './nearest.js';
import type { Report } from './problems.js';
import { type MediumDraft, type Reading, type Statement, takeWords } from './statement.js';
import type { HostFacts, MediumConfig } from './types.js';
import { parseInteger } from './values.js';
import { quote, type Word } from './words.js';

/** `bcast DEV [DEV...]`: broadcasts on each interface. */
export function readBcast({ words }: Statement, reading: Reading): void {
  for (const word of words) {
    const device = word.text;
    const usable = checkInterface(word, reading);
    addMedium(usable, reading, {
      ...placeOf(word),
      description: `bcast ${device}`,
      usesUdpport: true,
      make: (port) => ({ type: 'bcast', device, port }),
    });
  }
}

/** `udp DEV [DEV...]`: the old name of bcast. */
export function readUdp(statement: Statement, reading: Reading): void {
  reading.report.warning(statement.directive, 'directive "udp" is the old name of "bcast"; write bcast');
  readBcast(statement, reading);
}

/** `ucast DEV HOST`: to one other host by one interface. */
export function readUcast(statement: Statement, reading: Reading): void {
  reading.draft.mediaMentioned = true;
  const [dev, host] = takeWords(statement, ['DEV', 'HOST'], reading.report) ?? [];
  if (!dev || !host) return;
  const usable = checkInterface(dev, reading);
  const reachable = checkIPv4Host(host, reading.report);
  addMedium(usable && reachable, reading, {
    ...placeOf(dev),
    description: `ucast ${dev.text} ${host.text}`,
    usesUdpport: true,
    make: (port) => ({ type: 'ucast', device: dev.text, host: host.text, port }),
  });
}

/** `mcast DEV GROUP PORT TTL LOOP`. Heartbeat takes a ttl of 0 to 4 only; the socket takes 0 to 255, and so do we. */
export function readMcast(statement: Statement, reading: Reading): void {
  const { report } = reading;
  reading.draft.mediaMentioned = true;
  const words = takeWords(statement, ['DEV', 'GROUP', 'PORT', 'TTL', 'LOOP'], report);
  const [dev, group, portWord, ttlWord, loopWord] = words ?? [];
  if (!dev || !group || !portWord || !ttlWord || !loopWord) return;
  const usable = [checkInterface(dev, reading), checkMulticastGroup(group, report)];
  const port = integerAt(portWord, 'the port', 1, 65535, report);
  const ttl = integerAt(ttlWord, 'the ttl', 0, 255, report);
  const loop = integerAt(loopWord, 'loop', 0, 1, report);
  if (port === null || ttl === null || loop === null) return;
  const config: MediumConfig = {
    type: 'mcast',
    device: dev.text,
    group: group.text,
    port,
    ttl,
    loop: loop === 1,
  };
  addMedium(!usable.includes(false), reading, {
    ...placeOf(dev),
    description: `mcast ${dev.text} ${group.text} ${port}`,
    usesUdpport: false,
    make: () => config,
  });
}

/** Where a word stands. */
export const placeOf = ({ line, column }: Word) => ({ line, column });

/** Takes a medium in, unless it is there already or `usable` says that something of it was wrong. */
export function addMedium(usable: boolean, { draft, report }: Reading, medium: MediumDraft): void {
  draft.mediaMentioned = true;
  if (!usable) return;
  const same = draft.media.find(({ description }) => description === medium.description);
  if (same) report.warning(medium, `"${medium.description}" stands in line ${same.line} already; this one is ignored`);
  else draft.media.push(medium);
}

/** Reports an interface that this machine does not have. */
export function checkInterface(word: Word, { host, report }: { host: HostFacts; report: Report }): boolean {
  if (host.interfaces.includes(word.text)) return true;
  const near = hint(word.text, host.interfaces, 'the interfaces here');
  report.error(word, `network interface ${quote(word.text)} does not exist${near}`);
  return false;
}

/** An IPv4 address, or a name with a warning. */
export function checkIPv4Host(word: Word, report: Report): boolean {
  if (parseIPv6(word.text).ok) {
    report.error(word, `${quote(word.text)} is an IPv6 address; ucast takes an IPv4 address or a name`);
    return false;
  }
  return checkHost(word, looksLikeIPv4, parseIPv4, report);
}

/** An address of one family, or a host name, which gets a warning. */
export function checkHost(
  word: Word,
  looksLikeAddress: (text: string) => boolean,
  parse: typeof parseIPv4,
  report: Report,
): boolean {
  if (looksLikeAddress(word.text)) {
    const address = parse(word.text);
    if (!address.ok) report.error(word, address.reason);
    return address.ok;
  }
  if (!/^[a-z0-9_]([a-z0-9._-]*[a-z0-9_.])?$/i.test(word.text)) {
    report.error(word, `${quote(word.text)} is neither an address nor a host name`);
    return false;
  }
  report.warning(word, `host name ${quote(word.text)} is resolved once, at start; an address does not depend on that`);
  return true;
}

function checkMulticastGroup(word: Word, report: Report): boolean {
  const address = parseIPv4(word.text);
  if (!address.ok) report.error(word, address.reason);
  else if (numberOfIPv4(address.value) >>> 28 === 0xe) return true;
  else report.error(word, `${word.text} is not a multicast group; groups are 224.0.0.0 to 239.255.255.255`);
  return false;
}

/** A number as a word of a line; null after an error. */
export function integerAt(word: Word, what: string, min: number, max: number, report: Report): number | null {
  const result = parseInteger(word.text, min, max);
  if (!result.ok) {
    report.error(word, `${what}: ${result.reason}`);
    return null;
  }
  if (result.remark) report.warning(word, `${what}: ${result.remark}`);
  return result.value;
}
