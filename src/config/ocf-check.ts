/** What is wrong with the parameters of OCF resources, as their agents' meta-data sees it. */
import { hint } from './nearest.js';
import { parseMetaData } from './ocf-meta-data.js';
import { reportTo } from './problems.js';
import type { OcfUse, Problem } from './types.js';
import { quote } from './words.js';

/** What an agent said when it was asked for its meta-data, or why it said nothing. */
export type MetaDataAnswer = { readonly text: string } | { readonly missing: string };

/** Problems in the order of the uses. `answers` are by the agents' paths; an agent that was not asked is not judged. */
export function checkOcfUses(uses: readonly OcfUse[], answers: ReadonlyMap<string, MetaDataAnswer>): Problem[] {
  const problems: Problem[] = [];
  for (const use of uses) {
    const answer = answers.get(use.path);
    if (answer !== undefined) checkUse(use, answer, problems);
  }
  return problems;
}

function checkUse(use: OcfUse, answer: MetaDataAnswer, problems: Problem[]): void {
  const { agent, parameters, place, classic } = use;
  const known = 'text' in answer ? parseMetaData(answer.text) : null;
  const report = reportTo(problems, place.file);
  if (known === null) {
    const why = 'missing' in answer ? answer.missing : 'what it says is not meta-data';
    report.warning(place, `parameters of ${quote(agent)} are not checked: ${why}`);
    return;
  }
  for (const [name, where] of parameters) {
    // OCF_CHECK_LEVEL and the like are no parameters of an agent's own.
    if (known.has(name) || name.startsWith('CRM_meta_')) continue;
    const near = hint(name, known.keys(), 'its parameters');
    reportTo(problems, where.file).warning(where, `${quote(agent)} has no parameter ${quote(name)}${near}`);
  }
  for (const [name, { required, hasDefault }] of known) {
    if (!required || hasDefault || parameters.has(name)) continue;
    const text = `${quote(agent)} needs the parameter ${quote(name)}`;
    // Heartbeat's wrappers let it be left out, too.
    if (classic) report.warning(place, text);
    else report.error(place, text);
  }
}
