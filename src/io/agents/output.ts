/** What is worth keeping of an agent's output. */

const maxCharacters = 500;

/** The last line that is not empty, without control characters, cut to a length a log line can bear. Empty when there is none. */
export function lastLine(output: string): string {
  const lines = output.split(/[\r\n]+/);
  const last = lines.findLast((line) => line.trim() !== '') ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours and cursor movements do not belong into a log.
  const plain = last.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replace(/[\u0000-\u001f\u007f]+/g, ' ');
  return plain.trim().slice(0, maxCharacters);
}
