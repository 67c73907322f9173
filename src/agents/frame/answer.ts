/** What an agent answers: exit codes of the OCF resource agent API 1.1 (section "Return codes"), each with one plain sentence. */

export const exitCodes = {
  done: 0,
  failed: 1,
  wrongArguments: 2,
  notImplemented: 3,
  notPermitted: 4,
  notInstalled: 5,
  misconfigured: 6,
  stopped: 7,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Success and failure have the same shape. `text` is empty where there is nothing to say. */
export interface Answer {
  readonly code: ExitCode;
  readonly text: string;
}

/** The action is done, or was already; with monitor: it runs. */
export const done: Answer = { code: exitCodes.done, text: '' };
/** Monitor's word for what runs. */
export const running: Answer = done;

/** Monitor's word for what is cleanly stopped. */
export const stopped = (text = ''): Answer => ({ code: exitCodes.stopped, text });
/** Start, stop: it did not work. Monitor: it is there, but does not do what it should. */
export const failed = (text: string): Answer => ({ code: exitCodes.failed, text });
/** A program or a part of the kernel that the agent needs is not here: another node may have it. */
export const notInstalled = (text: string): Answer => ({ code: exitCodes.notInstalled, text });
/** A parameter is wrong; on every node. */
export const misconfigured = (text: string): Answer => ({ code: exitCodes.misconfigured, text });

/** Ends an action from deep inside with an answer; the frame gives it as if it had been returned. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(answer.text);
    this.name = 'Refusal';
    this.answer = answer;
  }
}
