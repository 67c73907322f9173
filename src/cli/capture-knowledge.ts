/** What the configuration says that helps to read a capture. Nothing of it is needed: a capture may come from elsewhere. */
import type { Known } from '../capture/known.js';
import { parseAuthkeys } from '../config/authkeys.js';
import { shortHash } from '../config/digest.js';
import { parseHaCf } from '../config/ha-cf.js';
import { readLogicalLines } from '../config/logical-lines.js';
import { describeProblem, reportTo } from '../config/problems.js';
import type { AuthKeys, FileText, HostFacts, Problem } from '../config/types.js';
import { readConfigFiles, readHostFacts } from '../io/config-files.js';

/** Port of heartbeats when no ha.cf says one. */
const defaultPort = 694;

export interface CaptureKnowledge {
  readonly ports: ReadonlySet<number>;
  readonly auth: AuthKeys | null;
  /** Names of groups by their id on the wire. */
  readonly groups: ReadonlyMap<string, string>;
  readonly known: Known;
  /** What is not known, a line each. */
  readonly remarks: readonly string[];
}

/** Reads the files of `configDir`, whatever there is of them. */
export async function readKnowledge(configDir: string): Promise<CaptureKnowledge> {
  const [files, host] = await Promise.all([readConfigFiles(configDir), readHostFacts({ haDir: configDir })]);
  const remarks: string[] = [];
  const auth = readKeys(files.authkeys, remarks);
  const { nodes, ports } = readNodes(files.haCf, host, remarks);
  const [port = defaultPort] = ports;
  return {
    ports,
    auth,
    groups: readGroups(files.haresources),
    known: { nodes, keys: auth === null ? null : new Set(auth.keys.keys()), port },
    remarks,
  };
}

/** Whether others may read the file is no matter here: it may be a copy. */
function readKeys(file: FileText, remarks: string[]): AuthKeys | null {
  if (!('text' in file)) {
    remarks.push(`systole: signatures are not checked: ${file.path} cannot be read: ${file.missing}`);
    return null;
  }
  const problems: Problem[] = [];
  const auth = parseAuthkeys({ text: file.text, mode: 0o600 }, reportTo(problems, file.path));
  const errors = problems.filter(({ severity }) => severity === 'error');
  remarks.push(...errors.map(describeProblem));
  if (auth === null) remarks.push('systole: signatures are not checked: no key can be used');
  return auth;
}

function readNodes(
  file: FileText,
  host: HostFacts,
  remarks: string[],
): { nodes: readonly string[] | null; ports: Set<number> } {
  if (!('text' in file)) {
    remarks.push(`systole: names of nodes are not checked: ${file.path} cannot be read: ${file.missing}`);
    return { nodes: null, ports: new Set([defaultPort]) };
  }
  // What is wrong in it is for systole check to say; interfaces of another machine are wrong here, and no matter.
  const { nodes, media } = parseHaCf(file.text, host, reportTo([], file.path));
  const ports = media.flatMap((medium) => ('port' in medium ? [medium.port] : []));
  return { nodes: nodes.length > 0 ? nodes : null, ports: new Set(ports.length > 0 ? ports : [defaultPort]) };
}

/** A group is named by its first resource, as it is written. Whether that can run on this machine is no matter here. */
function readGroups(file: FileText): Map<string, string> {
  if (!('text' in file)) return new Map();
  const lines = readLogicalLines(file.text, reportTo([], file.path));
  return new Map(lines.flatMap(([, first]) => (first === undefined ? [] : [[shortHash(first.text), first.text]])));
}
