/** Groups of haresources and settings of resources.ini, put together. */
import { shortHash } from './digest.js';
import type { HaresourcesGroup } from './haresources.js';
import { noHooks } from './hooks.js';
import type { Report } from './problems.js';
import type { ResourceWord } from './resource-word.js';
import type { GroupSettings, IniSettings } from './resources-ini.js';
import type { GroupConfig, ResourceConfig, Timeouts, Watch } from './types.js';

/** Scripts may be slow; an address is not. An OCF agent is not asked what its meta-data advises: that would delay every start. */
const scriptTimeouts: Timeouts = { startMs: 60_000, stopMs: 60_000, statusMs: 20_000, monitorMs: 20_000 };
const addressTimeouts: Timeouts = { startMs: 10_000, stopMs: 10_000, statusMs: 10_000, monitorMs: 10_000 };

/** Addresses are watched by what the kernel tells, so nobody asks for them. */
const addressWatch: Watch = { intervalMs: null, onFail: 'restart', migrationThreshold: 3, failureTimeoutMs: 3_600_000 };
const scriptWatch: Watch = { ...addressWatch, intervalMs: 10_000 };

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
    const settings: GroupSettings = ini.groups.get(name) ?? { alias: null, failback: null, nodes: null, hooks: {} };
    return {
      ...{ name, id, alias: settings.alias, preferred: node.text, line: node.line },
      nodeOrder: settings.nodes ?? [node.text, ...nodes.filter((one) => one !== node.text)],
      failback: settings.failback ?? failback,
      resources: resources.map(({ resource }) => complete(resource, ini)),
      hooks: { ...noHooks, ...settings.hooks },
    };
  });
}

function complete(resource: ResourceWord, { resources }: IniSettings): ResourceConfig {
  const [limits, watch] =
    resource.class === 'builtin' ? [addressTimeouts, addressWatch] : [scriptTimeouts, scriptWatch];
  const settings = resources.get(resource.name);
  return { ...resource, timeouts: { ...limits, ...settings?.timeouts }, watch: { ...watch, ...settings?.watch } };
}
