/** haresources: which node prefers which group of resources. */
import type { Declarations } from './declarations.js';
import { readLogicalLines } from './logical-lines.js';
import { hint } from './nearest.js';
import type { Place, Report } from './problems.js';
import { parseResource, type ResourceWord } from './resource-word.js';
import type { HostFacts, OcfUse } from './types.js';
import { quote, type Word } from './words.js';

/** One logical line: the preferred node and its resources, each with its place. */
export interface HaresourcesGroup {
  /** Lower-case. */
  readonly node: Word;
  /** Every resource as written, also those with an error. The first one names the group. */
  readonly words: readonly Word[];
  readonly resources: readonly { readonly word: Word; readonly resource: ResourceWord; readonly ocf: OcfUse | null }[];
}

/** Agents that hold nothing on a node: the same call may stand in several groups. */
const statelessAgents = new Set(['MailTo', 'WinPopup', 'AudibleAlarm', 'Delay', 'SendArp']);

export interface HaresourcesContext {
  /** Members of the cluster, or null when ha.cf could not say them. */
  readonly nodes: readonly string[] | null;
  readonly host: HostFacts;
  readonly report: Report;
  /** What resources.ini says of what resources are; nothing when absent. */
  readonly declarations?: Declarations;
  /** Takes the problems of other files; when absent `report` does. */
  readonly reportOn?: (file: string) => Report;
}

/** Reads the whole file. */
export function parseHaresources(text: string, context: HaresourcesContext): HaresourcesGroup[] {
  const { nodes, host, report, declarations = new Map(), reportOn = () => report } = context;
  const groups: HaresourcesGroup[] = [];
  for (const [first, ...words] of readLogicalLines(text, report)) {
    if (!first) continue;
    const node = { ...first, text: first.text.toLowerCase() };
    checkNode(node, nodes, report);
    if (words.length === 0)
      report.warning(first, `the line names node ${quote(node.text)} and no resource; it does nothing`);
    const resources = words.flatMap((word) => {
      const parsed = parseResource(word, { host, report, declarations, reportOn });
      return parsed ? [{ word, ...parsed }] : [];
    });
    if (words.length > 0) groups.push({ node, words, resources });
  }
  checkUnique(groups, report);
  return groups;
}

function checkNode(node: Word, nodes: readonly string[] | null, report: Report): void {
  if (!nodes || nodes.includes(node.text)) return;
  report.error(node, `${quote(node.text)} is not a node of ha.cf${hint(node.text, nodes, 'the nodes')}`);
}

interface Seen {
  readonly place: Place;
  readonly group: number;
}

/** A resource in two groups would be started twice and stopped under the other's feet. */
function checkUnique(groups: readonly HaresourcesGroup[], report: Report): void {
  const seen = new Map<string, Seen>();
  for (const [group, { words, resources }] of groups.entries()) {
    for (const { word, resource } of resources) {
      const marks = marksOf(resource, group, word === words[0]);
      const same = marks.map((mark) => seen.get(mark)).find((one) => one !== undefined);
      if (same)
        report.error(
          word,
          `${describe(resource)} stands in ${placeText(same.place, word)} already${reason(same, group)}`,
        );
      for (const mark of marks) if (!seen.has(mark)) seen.set(mark, { place: word, group });
    }
  }
}

/** What of a resource must be unique. Addresses are compared, not their spelling; a stateless one only may not repeat within a group, nor name two. */
function marksOf(resource: ResourceWord, group: number, first: boolean): string[] {
  if (resource.address) return [`address ${resource.address.address}`];
  if (!statelessAgents.has(resource.agent)) return [resource.name];
  return [`${group} ${resource.name}`, ...(first ? [`first ${resource.name}`] : [])];
}

const describe = ({ address, name }: ResourceWord): string => (address ? `address ${address.address}` : quote(name));

const placeText = (place: Place, from: Place): string =>
  place.line === from.line ? `column ${place.column} of this line` : `line ${place.line}, column ${place.column},`;

const reason = (same: Seen, group: number): string =>
  same.group === group
    ? ''
    : '; it can be in one group only, and the first resource of a line is the name of its group';
