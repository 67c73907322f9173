/** `systole check`: reads the four files as the daemon does, asks the OCF agents in them, and says everything that is wrong. */
import { loadConfiguration } from '../config/load.js';
import { checkOcfUses } from '../config/ocf-check.js';
import { describeProblem, sortProblems } from '../config/problems.js';
import type { ConfigResult, Problem } from '../config/types.js';
import { askMetaData } from '../io/agents/meta-data.js';
import { readConfigFiles, readHostFacts } from '../io/config-files.js';

/**
 * Prints each problem and a last line that sums up. Gives the exit code: 0 without errors (warnings are none), 1 with.
 * `print` takes one line; standard output unless a test listens.
 */
export async function check(
  options: { readonly configDir: string; readonly nodeName?: string },
  print: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): Promise<number> {
  const { configDir, nodeName } = options;
  const facts = nodeName === undefined ? { haDir: configDir } : { haDir: configDir, nodeName };
  const [files, host] = await Promise.all([readConfigFiles(configDir), readHostFacts(facts)]);
  const loaded = loadConfiguration(files, host);
  const answers = await askMetaData(loaded.ocf.map(({ path }) => path));
  const problems = sortProblems([...loaded.problems, ...checkOcfUses(loaded.ocf, answers)]);
  const result = { ...loaded, problems };
  for (const problem of result.problems) print(describeProblem(problem));
  print(summary(result));
  return result.problems.some(isError) ? 1 : 0;
}

const isError = ({ severity }: Problem): boolean => severity === 'error';

/** `2 errors, 1 warning`, or `configuration is good: 2 nodes, 1 link, 3 groups`. */
export function summary({ cluster, problems }: ConfigResult): string {
  const errors = problems.filter(isError).length;
  const warnings = problems.length - errors;
  if (errors > 0 || !cluster) return `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
  const links = new Set(cluster.media.map(({ device }) => device)).size;
  const parts = [count(cluster.nodes.length, 'node'), count(links, 'link'), count(cluster.groups.length, 'group')];
  if (warnings > 0) parts.push(count(warnings, 'warning'));
  return `configuration is good: ${parts.join(', ')}`;
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
