/** The ways to the other nodes by IPv6: ucast6 and mcast6. */
import { looksLikeIPv4, parseIPv6 } from './ip.js';
import { addMedium, checkHost, checkInterface, integerAt, placeOf } from './media.js';
import type { Report } from './problems.js';
import { type StatementReader, takeWords } from './statement.js';
import type { MediumConfig } from './types.js';
import type { Word } from './words.js';

/** `ucast6 DEV HOST`: to one other host by one interface. */
export const readUcast6: StatementReader = (statement, reading) => {
  reading.draft.mediaMentioned = true;
  const [dev, host] = takeWords(statement, ['DEV', 'HOST'], reading.report) ?? [];
  if (!dev || !host) return;
  const usable = checkInterface(dev, reading);
  const reachable = checkIPv6Host(host, reading.report);
  addMedium(usable && reachable, reading, {
    ...placeOf(dev),
    description: `ucast6 ${dev.text} ${host.text}`,
    usesUdpport: true,
    make: (port) => ({ type: 'ucast6', device: dev.text, host: canonical(host.text), port }),
  });
};

/** `mcast6 DEV GROUP PORT HOPS LOOP`. Heartbeat takes up to 4 hops only; the socket takes 0 to 255, and so do we. */
export const readMcast6: StatementReader = (statement, reading) => {
  const { report } = reading;
  reading.draft.mediaMentioned = true;
  const words = takeWords(statement, ['DEV', 'GROUP', 'PORT', 'HOPS', 'LOOP'], report);
  const [dev, group, portWord, hopsWord, loopWord] = words ?? [];
  if (!dev || !group || !portWord || !hopsWord || !loopWord) return;
  const usable = [checkInterface(dev, reading), checkMulticastGroup(group, report)];
  const port = integerAt(portWord, 'the port', 1, 65535, report);
  const hops = integerAt(hopsWord, 'the hop limit', 0, 255, report);
  const loop = integerAt(loopWord, 'loop', 0, 1, report);
  if (port === null || hops === null || loop === null) return;
  const address = canonical(group.text);
  const config: MediumConfig = { type: 'mcast6', device: dev.text, group: address, port, hops, loop: loop === 1 };
  addMedium(!usable.includes(false), reading, {
    ...placeOf(dev),
    description: `mcast6 ${dev.text} ${address} ${port}`,
    usesUdpport: false,
    make: () => config,
  });
};

/** An IPv6 address, or a name with a warning. */
function checkIPv6Host(word: Word, report: Report): boolean {
  return checkHost(word, (text) => text.includes(':') || looksLikeIPv4(text), parseIPv6, report);
}

function checkMulticastGroup(word: Word, report: Report): boolean {
  const address = parseIPv6(word.text);
  if (!address.ok) report.error(word, address.reason);
  else if (/^ff[0-9a-f]{2}:/.test(address.value)) return true;
  else report.error(word, `${word.text} is not a multicast group (ff00::/8)`);
  return false;
}

/** One spelling of an address; a name stays as it is. */
function canonical(text: string): string {
  const address = parseIPv6(text);
  return address.ok ? address.value : text;
}
