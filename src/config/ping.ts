/** Ping nodes: hosts that a node asks for an echo, so as to know whether its own way into the world works. One reader a directive. */
import { looksLikeIPv4, parseIPv4, parseIPv6 } from './ip.js';
import { checkHost } from './media.js';
import type { Report } from './problems.js';
import type { HaCfDraft, StatementReader } from './statement.js';
import type { PingNodeConfig } from './types.js';
import { quote, type Word } from './words.js';

/** As long as Heartbeat takes. */
const longestName = 99;

/** `ping HOST [HOST...]`: each host is a ping node. */
export const readPing: StatementReader = ({ words }, { draft, report }) => {
  for (const word of words) if (checkPing(word, report)) addPingNode(word, 'ping', [word], draft);
};

/** `ping6 HOST [HOST...]`: the same over IPv6. */
export const readPing6: StatementReader = ({ words }, { draft, report }) => {
  for (const word of words) if (checkPing6(word, report)) addPingNode(word, 'ping6', [word], draft);
};

/** `ping_group NAME HOST [HOST...]`: one ping node, reached as long as any of its hosts answers. */
export const readPingGroup: StatementReader = ({ directive, words }, { draft, report }) => {
  const [name, ...hosts] = words;
  if (name === undefined || hosts.length === 0) {
    report.error(directive, 'directive "ping_group" needs NAME HOST [HOST...]; there are too few words');
    return;
  }
  const usable = hosts.map((host) => checkPing(host, report));
  if (!usable.includes(false)) addPingNode(name, 'ping_group', hosts, draft);
};

/** Reports names that two ping nodes, or a ping node and a node, have both. `node` lines may stand anywhere. */
export function checkPingNodes({ draft, report }: { draft: HaCfDraft; report: Report }): void {
  const seen = new Map<string, Word>();
  for (const { word, config } of draft.pingNodes) {
    const { name } = config;
    const same = seen.get(name);
    seen.set(name, same ?? word);
    if (same) report.error(word, `ping node ${quote(name)} stands in line ${same.line} already`);
    else if (draft.nodes.some(({ text }) => text === name))
      report.error(word, `${quote(name)} is a node of the cluster; it cannot be a ping node too`);
    else if (name.length > longestName)
      report.error(word, `ping node name ${quote(name)} is longer than ${longestName} characters`);
    else if (!/^[\x21-\x7e]+$/.test(name)) report.error(word, `ping node name ${quote(name)} is not plain ASCII`);
  }
}

/** The ping nodes in the order of their lines. */
export function resolvePingNodes({ pingNodes }: HaCfDraft): PingNodeConfig[] {
  return pingNodes.map(({ config }) => config);
}

function addPingNode(
  word: Word,
  plugin: PingNodeConfig['plugin'],
  hosts: readonly Word[],
  { pingNodes }: HaCfDraft,
): void {
  const config: PingNodeConfig = {
    name: word.text.toLowerCase(),
    plugin,
    family: plugin === 'ping6' ? 6 : 4,
    hosts: [...new Set(hosts.map(({ text }) => text))],
  };
  pingNodes.push({ word, config });
}

function checkPing(word: Word, report: Report): boolean {
  if (parseIPv6(word.text).ok) {
    report.error(word, `${quote(word.text)} is an IPv6 address; write "ping6 ${word.text}"`);
    return false;
  }
  return checkHost(word, looksLikeIPv4, parseIPv4, report);
}

function checkPing6(word: Word, report: Report): boolean {
  const address = parseIPv6(word.text);
  // fe80::/10; every interface has a network of that name.
  if (address.ok && /^fe[89ab]/.test(address.value)) {
    report.error(word, `${quote(word.text)} is a link-local address: it needs an interface, which ping6 does not take`);
    return false;
  }
  return checkHost(word, (text) => text.includes(':') || looksLikeIPv4(text), parseIPv6, report);
}
