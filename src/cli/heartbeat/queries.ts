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
  /** Options it takes; `p:` takes a value. */
  readonly options: readonly string[];
  /** Names of the words it needs; more are ignored, as Heartbeat does. */
  readonly needs: readonly string[];
  answer(status: Status, question: Question): Answer;
}

const yes = (...lines: string[]): Answer => ({ code: 0, lines });
const wrongNode: Answer = { code: parameterError, lines: [], errors: ['Error. May be due to incorrect node name'] };

function withNode(
  status: Status,
  { words }: Question,
  answer: (node: TableNode) => Answer,
  unknown = wrongNode,
): Answer {
  const name = words[0]?.toLowerCase();
  const node = nodeTable(status).find((one) => one.name.toLowerCase() === name);
  return node === undefined ? unknown : answer(node);
}

function listNodes(status: Status, { flags }: Question): Answer {
  const wanted = nodeTable(status)
    .filter(({ type }) => (flags.has('n') ? type === 'normal' : flags.has('p') ? type === 'ping' : true))
    .reverse();
  const header = flags.has('m') ? ['The nodes are as follow:'] : [];
  if (!flags.has('v')) return yes(...header, ...wanted.map(({ name }) => name));
  const details = wanted.flatMap(({ links, name, status: word, type }) => [
    '',
    `${name}\t${word}\t(nodetype: ${type})`,
    ...links.map((link) => `\t${link.name}\t${link.state}`),
  ]);
  return yes(...header, ...details);
}

function runningStatus(status: Status, question: Question): Answer {
  const running = 'Heartbeat is running on this machine.';
  if (!question.flags.has('v')) return yes(running);
  const about = question.flags.has('m')
    ? [`Heartbeat version ${status.version}`, 'Resources controlled by "haresources"']
    : [`version:\t${status.version} (systole)`, 'managed by:\t"haresources"'];
  return yes(running, ...about, ...listNodes(status, { words: [], flags: new Set(['v']) }).lines);
}

/** A query about one value of a node: the value alone, or a sentence with -m. */
function valueOfNode(value: (node: TableNode) => string, sentence: (name: string, value: string) => string): Query {
  return {
    options: ['m'],
    needs: ['node'],
    answer: (status, question) =>
      withNode(status, question, (node) =>
        yes(question.flags.has('m') ? sentence(node.name, value(node)) : value(node)),
      ),
  };
}

const noLinks = (name: string): Answer => ({
  code: otherError,
  lines: [],
  errors: [`ERROR: Cannot get the heartbeat links of node ${name}`],
});

const linkStatus: Query['answer'] = (status, question) => {
  const [name = '', linkName = ''] = question.words;
  const answer = (node: TableNode): Answer => {
    const link = node.links.find((one) => one.name === linkName);
    if (link === undefined) {
      const errors = [`ERROR: Cannot get the status of heartbeat link ${linkName} of node ${name}`];
      return { code: otherError, lines: [], errors };
    }
    const line = question.flags.has('m')
      ? `The node ${name}'s heartbeat link ${linkName} is ${link.state}`
      : link.state;
    return { code: link.state === 'up' ? 0 : 1, lines: [line] };
  };
  return withNode(status, question, answer, noLinks(name));
};

const parameterValue: Query['answer'] = (status, { flags, parameter = '' }) => {
  const value = Object.hasOwn(status.parameters, parameter) ? status.parameters[parameter] : undefined;
  if (value === undefined) {
    return { code: 1, lines: [], errors: [`ERROR: Cannot get the value of heartbeat parameter ${parameter}`] };
  }
  return yes(flags.has('m') ? `Heartbeat parameter ${parameter}'s value: ${value}` : value);
};

const alive = new Set(['active', 'up', 'ping']);

const hbparameter: Query = { options: ['m', 'p:'], needs: [], answer: parameterValue };

/** All sub-commands by name. */
export const queries: Readonly<Record<string, Query>> = {
  hbstatus: { options: ['m', 'v'], needs: [], answer: runningStatus },
  listnodes: { options: ['m', 'n', 'p', 'v'], needs: [], answer: listNodes },
  nodestatus: {
    options: ['m'],
    needs: ['node'],
    answer: (status, question) =>
      withNode(status, question, ({ name, status: word }) => ({
        code: alive.has(word) ? 0 : 1,
        lines: [question.flags.has('m') ? `The cluster node ${name} is ${word}` : word],
      })),
  },
  nodetype: valueOfNode(
    ({ type }) => type,
    (name, type) => `The node ${name}'s type: ${type}`,
  ),
  nodeweight: valueOfNode(
    () => '100',
    (name, weight) => `The weight of the cluster node ${name} is ${weight}`,
  ),
  nodesite: valueOfNode(
    () => '',
    (name, site) => `The site of the cluster node ${name} is ${site}`,
  ),
  listhblinks: {
    options: ['m', 'v'],
    needs: ['node'],
    answer: (status, question) =>
      withNode(
        status,
        question,
        ({ links }) =>
          yes(
            ...(question.flags.has('m') ? ['\tthis node has the following heartbeat links:'] : []),
            ...links.map(({ name, state }) => (question.flags.has('v') ? `\t${name}\t${state}` : `\t${name}`)),
          ),
        noLinks(question.words[0] ?? ''),
      ),
  },
  hblinkstatus: { options: ['m'], needs: ['node', 'link'], answer: linkStatus },
  clientstatus: {
    options: ['m'],
    needs: ['node', 'client'],
    // There is no client API here, hence never a client.
    answer: (_status, { flags, words: [node, client] }) => ({
      code: 1,
      lines: [flags.has('m') ? `The client ${client} on node ${node} is offline` : 'offline'],
    }),
  },
  rscstatus: {
    options: ['m'],
    needs: [],
    answer: (status, { flags }) =>
      yes(flags.has('m') ? `This node is holding ${heldWord(status)} resources.` : heldWord(status)),
  },
  hbparameter,
  parameter: hbparameter,
};
