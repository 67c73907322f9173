/** `serial TTY [TTY...]`: a null-modem cable to one other node. */
import { addMedium, placeOf } from './media.js';
import type { StatementReader } from './statement.js';
import { quote } from './words.js';

/**
 * One medium a tty. Whether the tty is there is not asked: an adapter may be plugged in later, and the daemon tries it
 * again.
 */
export const readSerial: StatementReader = ({ words }, reading) => {
  reading.draft.mediaMentioned = true;
  for (const word of words) {
    const device = word.text;
    const usable = device.startsWith('/');
    if (!usable) reading.report.error(word, `${quote(device)} is not the absolute path of a serial device`);
    addMedium(usable, reading, {
      ...placeOf(word),
      description: `serial ${device}`,
      usesUdpport: false,
      make: (_, baud) => ({ type: 'serial', device, baud }),
    });
  }
};
