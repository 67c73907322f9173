/** Groups of haresources and settings of resources.ini, put together. */
import { shortHash } from './digest.js';
import type { HaresourcesGroup } from './haresources.js';
import type { Report } from './problems.js';
import type { GroupSettings, IniSettings } from './resources-ini.js';
import type { GroupConfig, ResourceConfig, Timeouts } from './types.js';

/** Scripts may be slow; an address is not. */
const scriptTimeouts: Timeouts = { startMs: 60_000, stopMs: 60_000, statusMs: 20_000 };
const addressTimeouts: Timeouts = { startMs: 10_000, stopMs: 10_000, statusMs: 10_000 };

/** Fills in the defaults. Two groups whose names have the same hash are reported: the wire could not tell them apart. */
export function assembleGroups(
  parsed: readonly HaresourcesGroup[],
  ini: IniSettings,
  { nodes, failback, report }: { nodes: readonly string[]; failback: boolean; report: Report },
): GroupConfig[] {
  const ids = new Map<string, string>();
  return parsed.flatMap(({ node, resources }) => {
    const [first] = resources;
    if (!first) return [];
    const name = first.resource.name;
    const id = shortHash(name);
    const other = ids.get(id);
    // A group of the same name has its own problem already.
    if (other !== undefined && other !== name)
      report.error(first.word, `the hash of this name is that of ${other} too; change one`);
    ids.set(id, name);
    const settings: GroupSettings = ini.groups.get(name) ?? { alias: null, failback: null, nodes: null };
    return {
      ...{ name, id, alias: settings.alias, preferred: node.text, line: node.line },
      nodeOrder: settings.nodes ?? [node.text, ...nodes.filter((one) => one !== node.text)],
      failback: settings.failback ?? failback,
      resources: resources.map(({ resource }) => withTimeouts(resource, ini)),
    };
  });
}

function withTimeouts(resource: Omit<ResourceConfig, 'timeouts'>, { timeouts }: IniSettings): ResourceConfig {
  const defaults = resource.class === 'builtin' ? addressTimeouts : scriptTimeouts;
  return { ...resource, timeouts: { ...defaults, ...timeouts.get(resource.name) } };
}
