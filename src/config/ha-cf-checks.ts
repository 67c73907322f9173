/** What only the whole of ha.cf can tell: missing directives, and combinations that cannot work. */
import { checkLogging } from './logging.js';
import { hint } from './nearest.js';
import { checkPingNodes } from './ping.js';
import { fileStart } from './problems.js';
import type { Reading } from './statement.js';
import { checkTiming } from './timing.js';
import { quote } from './words.js';

/** Reports them all. */
export function checkAll(reading: Reading): void {
  checkNodes(reading);
  checkMedia(reading);
  checkPingNodes(reading);
  checkTiming(reading);
  checkFailback(reading);
  checkModes(reading);
  checkLogging(reading);
}

function checkNodes({ draft, host, report }: Reading): void {
  const names = draft.nodes.map(({ text }) => text);
  const [first] = draft.nodes;
  if (draft.settings.get('autojoin')?.value === 'any') return;
  if (!first) {
    report.error(fileStart, 'no nodes: name every member of the cluster, "node NAME NAME..."');
  } else if (!names.includes(host.nodeName)) {
    const near = hint(host.nodeName, names, 'the nodes');
    report.error(first, `this machine is ${quote(host.nodeName)} (uname -n), which no "node" line names${near}`);
  }
}

function checkMedia({ draft, report }: Reading): void {
  if (!draft.mediaMentioned) {
    report.error(fileStart, 'no way to the other nodes; write a bcast, ucast, mcast or serial line');
  }
  const port = draft.settings.get('udpport');
  const [medium] = draft.media.filter(({ usesUdpport }) => usesUdpport);
  if (port && medium && medium.line < port.line) {
    report.warning(
      port,
      `udpport counts for every line here, but Heartbeat does not apply it to media above it (line ${medium.line}); put it first`,
    );
  }
}

/** A missing word here is the oldest trap of Heartbeat: two nodes with different defaults misbehave in silence. */
function checkFailback({ draft, report }: Reading): void {
  if (draft.broken.has('auto_failback')) return;
  const setting = draft.settings.get('auto_failback');
  if (setting && setting.value !== 'legacy') return;
  const what = setting
    ? 'auto_failback legacy is deprecated'
    : 'no auto_failback: the default is legacy, which is deprecated';
  report.warning(
    setting ?? fileStart,
    `${what}; between systole nodes it is as off; write "auto_failback on" or "auto_failback off"`,
  );
}

function checkModes({ draft, report }: Reading): void {
  for (const name of ['crm', 'pacemaker']) {
    const setting = draft.settings.get(name);
    if (!setting || setting.value === false) continue;
    report.error(
      setting,
      `directive "${name}": Pacemaker is not used here; resources are those of haresources: write "${name} off" or remove it`,
    );
  }
}
