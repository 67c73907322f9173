/** What a systole node adds to its heartbeats, in words. */
import { type Announcement, AnnouncementReader } from '../membership/announcement.js';
import type { Claim, ClaimState } from '../membership/claims.js';
import type { Message } from '../wire/message.js';
import { printable } from './printable.js';

const listMax = 20;
const knownNames = new Set(
  'sy syphase syheard syview syclaims syfailed syreleasing sydirectives sydigest synodes synodesknown synodeschange'.split(
    ' ',
  ),
);

/** The announcement in a status message; none for a Heartbeat. `groups` are names by id. */
export function announcementWords(message: Message, groups: ReadonlyMap<string, string>): string[] {
  const announcement = new AnnouncementReader().read(message);
  if (announcement === null) return [];
  const { phase, view, releasing, directives, digest, nodes, nodesKnown, nodesChange } = announcement;
  const words = [phase === 'probing' ? 'finds out what runs there' : phase, heardWords(announcement)];
  if (view !== '') words.push(`view ${joined(view.split(' ').map((word) => word.replace(/:[0-9a-f]*$/, '')))}`);
  words.push(...claimWords([...announcement.claims.values()], groups));
  const failed = [...announcement.failures].map((id) => groups.get(id) ?? id);
  if (failed.length > 0) words.push(`start failed: ${joined(failed)}`);
  if (releasing.length > 0) words.push(`gives ${joined(releasing)} time to stop`);
  if (directives !== '')
    words.push(`orders: ${joined(directives.split(' ').map((order) => orderWords(order, groups)))}`);
  if (digest !== '') words.push(`configuration ${printable(digest)}`);
  if (nodes !== '') words.push(`nodes ${joined(nodes.split(' '))}`);
  if (nodesKnown !== '') words.push(`has heard of ${joined(nodesKnown.split(' '))}`);
  if (nodesChange !== '') words.push(changeWords(nodesChange));
  // What a later version adds is shown as it is.
  for (const { name, value } of message.fields) {
    if (name.startsWith('sy') && !knownNames.has(name)) words.push(`${printable(name)}=${printable(value)}`);
  }
  return words;
}

function heardWords({ heard }: Announcement): string {
  if (heard.size === 0) return 'hears nobody';
  const each = [...heard].map(([name, { links }]) => (links.length > 0 ? `${name} on ${links.join('+')}` : name));
  return `hears ${joined(each)}`;
}

const verbs: Readonly<Record<ClaimState, string>> = {
  wanted: 'wants',
  starting: 'starts',
  started: 'runs',
  stopping: 'stops',
  blocked: 'cannot stop',
};

/** `runs GROUP, GROUP`, one for each state. */
function claimWords(claims: readonly Claim[], groups: ReadonlyMap<string, string>): string[] {
  return (Object.keys(verbs) as ClaimState[]).flatMap((state) => {
    const names = claims.filter((claim) => claim.state === state).map(({ group }) => groups.get(group) ?? group);
    return names.length === 0 ? [] : [`${verbs[state]} ${joined(names)}`];
  });
}

/** `standby/a=*@3@b` -> `standby a` and so on; what is taken back or done says so. */
function orderWords(order: string, groups: ReadonlyMap<string, string>): string {
  const [, kind = '', id = '', value = ''] = /^([a-z]+)\/([^=]*)=([^@]*)@/.exec(order) ?? [];
  if (kind === '') return order;
  const subject = groups.get(id) ?? id;
  if (value === '') return `no ${kind} ${subject}`;
  return kind === 'move' ? `move ${subject} to ${value.replace(/!$/, ' (done)')}` : `${kind} ${subject}`;
}

/** `1 a b c`: the number of the change, and the nodes after it. */
function changeWords(change: string): string {
  const [number = '', ...names] = change.split(' ');
  const after = names.length === 0 ? '' : `: ${joined(names)}`;
  return `after change ${printable(number)} of the nodes${after}`;
}

function joined(words: readonly string[]): string {
  const shown = words.slice(0, listMax).map(printable).join(', ');
  return words.length > listMax ? `${shown} and ${words.length - listMax} more` : shown;
}
