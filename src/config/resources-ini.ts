/** resources.ini: what the classic files have no words for. A section is named by a resource as written in haresources. */
import { isDeclarationKey, parameterPrefix } from './declarations.js';
import type { HaresourcesGroup } from './haresources.js';
import { isHealthSection, readHealthChecks } from './health-checks.js';
import { type HookDraft, hookKeys, readHookKey } from './hook-keys.js';
import { type IniEntry, type IniSection, readIni } from './ini-text.js';
import { checked } from './ini-values.js';
import { hint } from './nearest.js';
import type { Place, Report } from './problems.js';
import type { HealthCheck, Hooks } from './types.js';
import { parseBoolean } from './values.js';
import { newResourceDraft, type ResourceSettings, readResourceKey, resourceKeys } from './watch-keys.js';
import { quote, splitWords, type Word } from './words.js';

/** What the file says of a group. A key that is not given is null, or absent among the hooks. */
export interface GroupSettings {
  readonly alias: string | null;
  readonly failback: boolean | null;
  readonly nodes: readonly string[] | null;
  readonly hooks: Partial<Hooks>;
}

/** By the name of the group, and by the name of the resource. */
export interface IniSettings {
  readonly groups: ReadonlyMap<string, GroupSettings>;
  readonly resources: ReadonlyMap<string, ResourceSettings>;
  readonly healthChecks: readonly HealthCheck[];
}

const groupKeys = ['alias', 'failback', 'nodes', ...hookKeys];
const allKeys = [...groupKeys, ...resourceKeys, 'agent', 'arguments'];

interface Context {
  readonly groups: readonly HaresourcesGroup[];
  /** Members of the cluster, or null when ha.cf could not say them. */
  readonly nodes: readonly string[] | null;
  readonly report: Report;
}

interface Draft {
  alias: string | null;
  failback: boolean | null;
  nodes: readonly string[] | null;
  readonly hooks: HookDraft;
  readonly resource: ReturnType<typeof newResourceDraft>;
}

/** Reads the whole file against the groups of haresources. What resources are (`agent`, `param.NAME`) was read before those. */
export function parseResourcesIni(text: string, context: Context): IniSettings {
  const groups = new Map<string, GroupSettings>();
  const resources = new Map<string, ResourceSettings>();
  const aliases = new Map<string, Place>();
  const seen = new Map<string, Place>();
  const sections = readIni(text, context.report);
  for (const section of sections.filter((one) => !isHealthSection(one))) {
    const name = section.name.text;
    if (!checkSection(section, seen, context)) continue;
    const { resource, ...group } = readSection(section, aliases, context);
    if (isGroup(name, context.groups)) groups.set(name, group);
    resources.set(name, resource);
  }
  return { groups, resources, healthChecks: readHealthChecks(sections.filter(isHealthSection), context.report) };
}

const isGroup = (name: string, groups: readonly HaresourcesGroup[]): boolean =>
  groups.some(({ words }) => words[0]?.text === name);

const groupOf = (name: string, groups: readonly HaresourcesGroup[]): HaresourcesGroup | undefined =>
  groups.find(({ words }) => words.some(({ text }) => text === name));

const resourceNames = (groups: readonly HaresourcesGroup[]): string[] =>
  groups.flatMap(({ words }) => words.map(({ text }) => text));

function checkSection({ name }: IniSection, seen: Map<string, Place>, { groups, report }: Context): boolean {
  const same = seen.get(name.text);
  seen.set(name.text, name);
  if (same) report.error(name, `section [${name.text}] begins in line ${same.line} already`);
  else if (groupOf(name.text, groups)) return true;
  else {
    const near = hint(name.text, resourceNames(groups));
    report.error(name, `section ${quote(name.text)} is no resource of haresources, as written there${near}`);
  }
  return false;
}

function readSection(section: IniSection, aliases: Map<string, Place>, context: Context): Draft {
  const draft: Draft = { alias: null, failback: null, nodes: null, hooks: {}, resource: newResourceDraft() };
  const seen = new Map<string, Place>();
  for (const entry of section.entries) {
    if (!checkKey(entry, section, context)) continue;
    const key = entry.key.text;
    const same = seen.get(key);
    if (same) context.report.error(entry.key, `key "${key}" stands in line ${same.line} already`);
    else readKey(entry, draft, { section, aliases, context });
    seen.set(key, entry.key);
  }
  return draft;
}

function checkKey({ key, value }: IniEntry, { name }: IniSection, { groups, report }: Context): boolean {
  if (!allKeys.includes(key.text) && !isDeclarationKey(key.text))
    report.error(key, `unknown key ${quote(key.text)}${hint(key.text, keysLike(key.text), 'the keys')}`);
  else if (value.text === '') report.error(value, `key "${key.text}" has no value`);
  else if (groupKeys.includes(key.text) && !isGroup(name.text, groups)) {
    const group = groupOf(name.text, groups)?.words[0]?.text ?? '';
    report.error(
      key,
      `key "${key.text}" is of a group, and a group is named by its first resource: write it below [${group}]`,
    );
  } else return true;
  return false;
}

/** All keys; of the parameters the one that may be meant. */
const keysLike = (key: string): readonly string[] =>
  key.includes('.') ? [key.replace(/^[^.]*\./, parameterPrefix)] : allKeys;

interface KeyContext {
  readonly section: IniSection;
  readonly aliases: Map<string, Place>;
  readonly context: Context;
}

function readKey(entry: IniEntry, draft: Draft, { section, aliases, context }: KeyContext): void {
  const { report } = context;
  const { key, value } = entry;
  if (resourceKeys.includes(key.text)) readResourceKey(key.text, value, draft.resource, report);
  else if (hookKeys.includes(key.text)) readHookKey(entry, draft.hooks, report);
  else if (key.text === 'failback') draft.failback = checked(value, parseBoolean(value.text), report);
  else if (key.text === 'nodes') draft.nodes = readNodes(value, section, context);
  else if (key.text === 'alias') draft.alias = readAlias(value, aliases, context);
}

/** Short, because people type it; unique, because commands go by it. */
function readAlias(value: Word, aliases: Map<string, Place>, { groups, report }: Context): string | null {
  const same = aliases.get(value.text);
  if (!/^[\w.-]+$/.test(value.text))
    report.error(value, `alias ${quote(value.text)} may have letters, digits and _ . - only`);
  else if (same) report.error(value, `alias ${quote(value.text)} stands in line ${same.line} already`);
  else if (groupOf(value.text, groups)) report.error(value, `alias ${quote(value.text)} is the name of a resource`);
  else {
    aliases.set(value.text, value);
    return value.text;
  }
  return null;
}

/** `nodes = a, b`: who may own the group, best first. */
function readNodes(value: Word, { name }: IniSection, { groups, nodes, report }: Context): readonly string[] | null {
  const list: string[] = [];
  const preferred = groupOf(name.text, groups)?.node.text;
  const words = splitWords(value.text, value.line, true);
  for (const part of words) {
    const place = { line: value.line, column: value.column + part.column - 1 };
    const node = part.text.toLowerCase();
    if (nodes && !nodes.includes(node)) {
      report.error(place, `${quote(node)} is not a node of ha.cf${hint(node, nodes, 'the nodes')}`);
    } else if (list.includes(node)) report.error(place, `node ${quote(node)} stands twice in the list`);
    else list.push(node);
  }
  // A list with an error in it may have meant the preferred node.
  if (preferred !== undefined && list.length === words.length && !list.includes(preferred)) {
    report.warning(
      value,
      `${quote(preferred)}, which haresources prefers, is not in the list and never owns the group`,
    );
  }
  return list.length > 0 ? list : null;
}
