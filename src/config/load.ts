/** The four files and the facts of the host, to one configuration and every problem there is. */
import { parseAuthkeys } from './authkeys.js';
import { type Declarations, readDeclarations } from './declarations.js';
import { digestOf } from './digest.js';
import { assembleGroups } from './groups.js';
import { type HaCf, parseHaCf } from './ha-cf.js';
import { type HaresourcesGroup, parseHaresources } from './haresources.js';
import { fileStart, placeOf, type Report, reportTo, sortProblems } from './problems.js';
import { type IniSettings, parseResourcesIni } from './resources-ini.js';
import { checkSerialLoad } from './serial-load.js';
import type { AuthKeys, ClusterConfig, ConfigFiles, ConfigResult, FileText, HostFacts, Problem } from './types.js';

/**
 * Reads everything. `cluster` is null when ha.cf, haresources or resources.ini has an error, `auth` when authkeys has
 * one; warnings leave both.
 */
export function loadConfiguration(files: ConfigFiles, host: HostFacts): ConfigResult {
  const problems: Problem[] = [];
  const haCf = loadHaCf(files.haCf, host, problems);
  const auth = loadAuth(files.authkeys, problems);
  const nodes = haCf && haCf.nodes.length > 0 ? haCf.nodes : null;
  const declarations = loadDeclarations(files.resourcesIni, problems);
  const parsed = loadHaresources(files.haresources, { nodes, host, problems, declarations });
  if (host.lacksIp === true) checkAddresses(parsed, reportTo(problems, files.haresources.path));
  const ini = loadIni(files.resourcesIni, { nodes, groups: parsed, problems });
  const report = reportTo(problems, files.haresources.path);
  const cluster = haCf && assemble(haCf, parsed, { ini, declarations, report });
  if (cluster && 'text' in files.haCf) {
    const report = reportTo(problems, files.haCf.path);
    checkSerialLoad(cluster, files.haCf.text, report);
    checkAutojoin(cluster, files.haCf.text, report);
  }
  const bad = new Set(problems.filter(({ severity }) => severity === 'error').map(({ file }) => file));
  const authBad = bad.delete(files.authkeys.path);
  const good = bad.size === 0;
  bad.delete(files.haCf.path);
  return {
    cluster: good ? cluster : null,
    stoppable: bad.size === 0 ? cluster : null,
    auth: authBad ? null : auth,
    ocf: parsed.flatMap(({ resources }) => resources.flatMap(({ ocf }) => ocf ?? [])),
    problems: sortProblems(problems),
  };
}

/** The text of a file, or null and an error why there is none. */
function textOf(file: FileText, problems: Problem[]): string | null {
  if ('text' in file && file.regular) return file.text;
  const why = 'text' in file ? 'it is not a regular file' : file.missing;
  reportTo(problems, file.path).error(fileStart, `the file cannot be read: ${why}`);
  return null;
}

function loadHaCf(file: FileText, host: HostFacts, problems: Problem[]): HaCf | null {
  const text = textOf(file, problems);
  return text === null ? null : parseHaCf(text, host, reportTo(problems, file.path));
}

function loadAuth(file: FileText, problems: Problem[]): AuthKeys | null {
  if (textOf(file, problems) === null || !('text' in file)) return null;
  return parseAuthkeys(file, reportTo(problems, file.path));
}

interface Known {
  /** null when ha.cf could not say them: then names of nodes are not judged. */
  readonly nodes: readonly string[] | null;
  readonly problems: Problem[];
}

function loadHaresources(
  file: FileText,
  { nodes, host, problems, declarations }: Known & { host: HostFacts; declarations: Declarations },
): HaresourcesGroup[] {
  const text = textOf(file, problems);
  if (text === null) return [];
  const reportOn = (path: string): Report => reportTo(problems, path);
  return parseHaresources(text, { nodes, host, report: reportOn(file.path), reportOn, declarations });
}

/** A file that cannot be read is reported once, when all of it is read. */
function loadDeclarations(file: FileText, problems: Problem[]): Declarations {
  const text = 'text' in file && file.regular ? file.text : '';
  return readDeclarations(text, reportTo(problems, file.path));
}

/** The file is optional, but one that is there must be readable. */
function loadIni(file: FileText, { nodes, groups, problems }: Known & { groups: HaresourcesGroup[] }): IniSettings {
  const absent = !('text' in file) && file.unreadable !== true;
  const text = absent ? '' : textOf(file, problems);
  return parseResourcesIni(text ?? '', { groups, nodes, report: reportTo(problems, file.path) });
}

/** Without `ip` no address comes up: said once, at the first of them. */
function checkAddresses(groups: readonly HaresourcesGroup[], report: Report): void {
  const first = groups.flatMap(({ resources }) => resources).find(({ resource }) => resource.address !== null);
  if (first === undefined) return;
  report.error(first.word, 'addresses need the program "ip", which is not there: install iproute2');
}

/** Who joins would change the majority under the groups: with resources Heartbeat does not allow it either. */
function checkAutojoin({ autojoin, groups }: ClusterConfig, text: string, report: Report): void {
  if (autojoin === undefined || groups.length === 0) return;
  const why = `autojoin ${autojoin} does not go with resources in haresources`;
  report.error(placeOf('autojoin', text, 2), `${why}; write "autojoin none" and name every node`);
}

function assemble(
  haCf: HaCf,
  parsed: readonly HaresourcesGroup[],
  { ini, declarations, report }: { ini: IniSettings; declarations: Declarations; report: Report },
): ClusterConfig {
  const { nodes, autoFailback, autojoin } = haCf;
  const { healthChecks } = ini;
  const groups = assembleGroups(parsed, ini, { nodes, failback: autoFailback === 'on', report });
  // Nodes that join by themselves stand in no file.
  const shared = { nodes: autojoin === undefined ? nodes : [], groups, healthChecks, declarations };
  return { ...haCf, groups, healthChecks, digest: digestOf(shared) };
}
