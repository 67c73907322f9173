/** `systole decode`: the packets of a capture in words, with their signatures checked, and what the whole tells. */
import { likelyCauses } from '../capture/causes.js';
import type { CaptureItem } from '../capture/item.js';
import { packetLine, packetObject } from '../capture/line.js';
import { AnyReader } from '../capture/open.js';
import { type Found, PacketFinder } from '../capture/packets.js';
import { Summary } from '../capture/summary.js';
import { readPieces } from '../io/capture-file.js';
import { readArguments, takeWords } from './arguments.js';
import { type CaptureKnowledge, readKnowledge } from './capture-knowledge.js';
import { print, printError, roomToSay, watchReader } from './terminal.js';
import { summaryLines, summaryObject, when } from './text/capture.js';

/** Gives the exit code: 0, or 1 when a packet was bad or the file is damaged. */
export async function run(args: readonly string[]): Promise<number> {
  const { places, switches, words } = readArguments(args, { json: 'switch' });
  const [path = ''] = takeWords(words, ['FILE']);
  const knowledge = await readKnowledge(places.configDir);
  for (const line of knowledge.remarks) printError(line);
  // Whoever feeds a pipe gets the same Ctrl-C, and its end brings the summary. The second one ends this process, too.
  if (path === '-') process.once('SIGINT', () => {});
  return new Decoding(path, knowledge, switches.has('json')).run();
}

class Decoding {
  private readonly summary = new Summary();
  private readonly finder: PacketFinder;
  private readonly reader = watchReader();

  constructor(
    private readonly path: string,
    private readonly knowledge: CaptureKnowledge,
    private readonly json: boolean,
  ) {
    this.finder = new PacketFinder(knowledge);
  }

  async run(): Promise<number> {
    const capture = new AnyReader();
    for await (const piece of readPieces(this.path)) {
      if (this.reader.isGone) break;
      await this.tellAll(capture.push(piece));
    }
    await this.tellAll(capture.end());
    this.tellSummary();
    return this.summary.bad > 0 || this.summary.troubles.length > 0 ? 1 : 0;
  }

  /** No faster than the lines are read: a capture may be larger than the memory. */
  private async tellAll(items: readonly CaptureItem[]): Promise<void> {
    for (const item of items) {
      if (this.reader.isGone) return;
      this.tell(this.finder.find(item));
      await roomToSay();
    }
  }

  private tell(found: Found | null): void {
    if (found === null) return;
    this.summary.saw(found);
    if (found.kind === 'trouble')
      printError(`systole: ${this.path === '-' ? 'standard input' : this.path}: ${found.text}`);
    if (found.kind !== 'packet') return;
    const { packet } = found;
    if (this.json) print(JSON.stringify(packetObject(packet, this.knowledge)));
    else print(packetLine(packet, when(packet), this.knowledge));
  }

  private tellSummary(): void {
    const rest = { others: this.finder.others, incomplete: this.finder.end() };
    const causes = likelyCauses(this.summary, this.knowledge.known);
    if (this.json) print(JSON.stringify({ summary: summaryObject(this.summary, rest, causes) }));
    else for (const line of summaryLines(this.summary, rest, causes)) print(line);
  }
}
