/** The sub-commands of cl_status: what each prints and its exit code, in Heartbeat's words. Pure. */
import type { Status } from '../../status.js';
import { heldWord, nodeTable, type TableNode } from './cluster-words.js';

/** Exit codes of cl_status beside 0 (yes) and 1 (no). */
export const parameterError = 11;
export const timedOut = 12;
export const otherError = 13;

export interface Answer {
  readonly code: number;
  /** For standard output. */
  readonly lines: readonly string[];
  /** For standard error. */
  readonly errors?: readonly string[];
}

export interface Question {
  readonly words: readonly string[];
  /** Options without value that were given: m (in sentences), n, p, v. */
  readonly flags: ReadonlySet<string>;
  /** The value of -p for hbparameter. */
  readonly parameter?: string;
}

export interface Query {
  /** Its option letters, as getopt wants them: `p:` takes a value. */
  readonly options: string;
  /** How many words it needs; more are ignored, as Heartbeat does. */
  readonly needs: number;
  /** What Heartbeat says when there are fewer. It is not of one mind. */
  readonly tooFew?: string;
  /** What it says when -p is missing, of a query that needs it. */
  readonly needsParameter?: string;
  answer(status: Status, question: Question): Answer;
}

const yes = (...lines: string[]): Answer => ({ code: 0, lines });
const failed = (code: number, ...errors: string[]): Answer => ({ code, lines: [], errors });
const error = (code: number, what: string, reason: string): Answer =>
  failed(code, `ERROR: ${what}`, `ERROR: REASON: ${reason}`);

const tooFew = 'No enough parameter.';
const tooFewElse = 'Not enough parameters.';
const wrongNode = failed(parameterError, 'Error. May be due to incorrect node name');

function withNode(status: Status, { words }: Question, answer: (node: TableNode) => Answer, unknown: Answer): Answer {
  const name = words[0]?.toLowerCase();
  const node = nodeTable(status).find((one) => one.name.toLowerCase() === name);
  return node === undefined ? unknown : answer(node);
}

/** Heartbeat walks its tables from the end: the last node of ha.cf, and the last link, come first. */
const fromTheEnd = <T>(list: readonly T[]): T[] => [...list].reverse();

function linkLines({ links }: TableNode, flags: ReadonlySet<string>): string[] {
  const header = flags.has('m') ? ['\tthis node has the following heartbeat links:'] : [];
  const line = ({ name, state }: TableNode['links'][number]) => (flags.has('v') ? `\t${name}\t${state}` : `\t${name}`);
  return [...header, ...fromTheEnd(links).map(line)];
}

function listNodes(status: Status, { flags }: Question): Answer {
  // Both options together are as good as none.
  const only = flags.has('n') === flags.has('p') ? null : flags.has('n') ? 'normal' : 'ping';
  const wanted = fromTheEnd(nodeTable(status)).filter(({ type }) => only === null || type === only);
  const header = flags.has('m') ? ['The nodes are as follow:'] : [];
  if (!flags.has('v')) return yes(...header, ...wanted.map(({ name }) => name));
  const details = wanted.flatMap((node) => [
    '',
    `${node.name}\t${node.status}\t(nodetype: ${node.type})`,
    ...linkLines(node, flags),
  ]);
  return yes(...header, ...details);
}

function runningStatus(status: Status, { flags }: Question): Answer {
  if (!flags.has('v')) return yes('Heartbeat is running on this machine.');
  const about = flags.has('m')
    ? [`Heartbeat version ${status.version} (systole)`, 'Resources controlled by "haresources"']
    : [`version:\t${status.version} (systole)`, 'managed by:\t"haresources"'];
  return yes(...about, ...listNodes(status, { words: [], flags }).lines);
}

/** A query about one value of a node: the value alone, or with -m a sentence that names the node as it was asked for. */
function valueOfNode(
  value: (node: TableNode) => string,
  sentence: (name: string, value: string) => string,
  exceptions: { readonly tooFew?: string; readonly unknown?: Answer } = {},
): Query {
  return {
    options: 'm',
    needs: 1,
    tooFew: exceptions.tooFew ?? tooFewElse,
    answer: (status, question) =>
      withNode(
        status,
        question,
        (node) => yes(question.flags.has('m') ? sentence(question.words[0] ?? '', value(node)) : value(node)),
        exceptions.unknown ?? wrongNode,
      ),
  };
}

const alive = new Set(['active', 'up', 'ping']);

const nodeStatus = valueOfNode(
  ({ status }) => status,
  (name, status) => `The cluster node ${name} is ${status}`,
);

const linkStatus: Query['answer'] = (status, question) => {
  const [name = '', linkName = ''] = question.words;
  const unknown = error(otherError, 'Cannot get heartbeat link status', '');
  const answer = (node: TableNode): Answer => {
    const link = node.links.find((one) => one.name === linkName);
    if (link === undefined) return unknown;
    const line = question.flags.has('m')
      ? `The node ${name}'s heartbeat link ${linkName} is ${link.state}`
      : link.state;
    return { code: link.state === 'up' ? 0 : 1, lines: [line] };
  };
  return withNode(status, question, answer, unknown);
};

/**
 * There is no API for clients here, hence a systole node that answers has none. What clients a Heartbeat has cannot be asked from
 * here: that is an answer that does not come.
 */
const clientStatus: Query['answer'] = (status, { words }) => {
  const [name = '', client = ''] = words;
  const node = status.nodes.find((one) => one.name === name.toLowerCase());
  const answers = node !== undefined && !node.legacy && (node.local || node.state === 'active');
  if (answers) return { code: 1, lines: ['offline'] };
  return error(otherError, `Cannot get heartbeat client ${client}'s status`, 'No timely response.');
};

const parameterValue: Query['answer'] = (status, { flags, parameter = '' }) => {
  const value = Object.hasOwn(status.parameters, parameter) ? status.parameters[parameter] : undefined;
  if (value === undefined) return error(1, `Cannot get parameter ${parameter}'s value`, '');
  return yes(flags.has('m') ? `Heartbeat parameter ${parameter}'s value: ${value}` : value);
};

const hbparameter: Query = {
  options: 'mp:',
  needs: 0,
  needsParameter: 'ERROR: parameter name required',
  answer: parameterValue,
};

/** All sub-commands by name. */
export const queries: Readonly<Record<string, Query>> = {
  hbstatus: { options: 'mv', needs: 0, answer: runningStatus },
  listnodes: { options: 'mnpv', needs: 0, answer: listNodes },
  nodestatus: {
    ...nodeStatus,
    answer: (status, question) => {
      const answer = nodeStatus.answer(status, question);
      if (answer.code !== 0) return answer;
      return withNode(status, question, (node) => ({ ...answer, code: alive.has(node.status) ? 0 : 1 }), wrongNode);
    },
  },
  nodetype: valueOfNode(
    ({ type }) => type,
    (name, type) => `The node ${name}'s type: ${type}`,
    { tooFew },
  ),
  nodeweight: valueOfNode(
    () => '100',
    (name, weight) => `The weight of the cluster node ${name} is ${weight}`,
    { unknown: failed(parameterError, 'Error. Maybe due to incorrect node name.') },
  ),
  nodesite: valueOfNode(
    () => '',
    (name, site) => `The site of the cluster node ${name} is ${site}`,
  ),
  listhblinks: {
    options: 'mv',
    needs: 1,
    answer: (status, question) =>
      withNode(
        status,
        question,
        (node) => yes(...linkLines(node, question.flags)),
        error(otherError, 'Cannot start heartbeat link interface walk.', 'EINVAL'),
      ),
  },
  hblinkstatus: { options: 'm', needs: 2, answer: linkStatus },
  clientstatus: { options: 'm', needs: 2, answer: clientStatus },
  rscstatus: {
    options: 'm',
    needs: 0,
    answer: (status, { flags }) =>
      yes(flags.has('m') ? `This node is holding ${heldWord(status)} resources.` : heldWord(status)),
  },
  hbparameter,
  parameter: hbparameter,
};

/** What is wrong with a question, in Heartbeat's words, or null. */
export function incomplete(query: Query, { words, parameter }: Question): Answer | null {
  if (query.needsParameter !== undefined && parameter === undefined) {
    return failed(parameterError, query.needsParameter);
  }
  return words.length < query.needs ? failed(parameterError, query.tooFew ?? tooFew) : null;
}
