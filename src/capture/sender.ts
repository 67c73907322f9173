/** What a capture tells of one node. */
import type { Announcement } from '../membership/announcement.js';
import { AnnouncementReader } from '../membership/announcement.js';
import { parseHex } from '../order/numbers.js';
import type { Message } from '../wire/message.js';
import type { Signature } from './reading.js';
import { pathOf, type SeenPacket } from './seen.js';
import { Sequence } from './sequence.js';

/** One generation (one life) of a node. */
interface Life {
  readonly generation: number;
  readonly sequence: Sequence;
}

/** One way its packets took. */
export interface Path {
  packets: number;
  readonly sequence: Sequence;
}

/** Of everything that a hostile capture may have any number of, as many are kept. */
const kept = 16;
const pathsMax = 64;

export class Sender {
  packets = 0;
  /** Packets by verdict on their signature. */
  readonly verdicts: Record<Signature['verdict'], number> = {
    right: 0,
    wrong: 0,
    'unknown key': 0,
    unchecked: 0,
    'not signed': 0,
  };
  /** Packets by the number of the key that they name. */
  readonly keys = new Map<number, number>();
  readonly paths = new Map<string, Path>();
  readonly ports = new Set<number>();
  readonly uuids = new Set<string>();
  readonly lives: Life[] = [];
  /** A generation after a higher one: to its peers a replay. */
  wentBack: { readonly from: number; readonly to: number } | null = null;
  /** Of a ping node: what was sent to it, and what came back. Nothing of that comes from a node of its name. */
  readonly pings = { requests: 0, replies: 0 };
  /** Of its last status; `left` once it has said farewell. */
  state = '';
  /** What it announced last, when it is a systole node. */
  announcement: Announcement | null = null;
  deadtimeMs: number | null = null;
  longestSilenceMs = 0;
  /** When its first and its last status of this life were captured. */
  firstStatusMs: number | null = null;
  lastStatusMs: number | null = null;
  private readonly reader = new AnnouncementReader();

  /** Its packets go to a ping node and come back from there. */
  get isPingNode(): boolean {
    return this.pings.requests + this.pings.replies > 0;
  }

  /** Numbers that were not seen in any of its lives, and how many there should have been. */
  get losses(): { readonly lost: number; readonly span: number } {
    let [lost, span] = [0, 0];
    for (const { sequence } of this.lives) [lost, span] = [lost + sequence.lost, span + sequence.span];
    return { lost, span };
  }

  /** Takes in one of its packets. */
  saw(packet: SeenPacket): void {
    const { reading } = packet;
    if (!reading.ok) return;
    const { message, signature } = reading;
    this.packets += 1;
    if (packet.medium === 'echo request') this.pings.requests += 1;
    if (packet.medium === 'echo reply') this.pings.replies += 1;
    this.verdicts[signature.verdict] += 1;
    if ('key' in signature && signature.key !== null) increment(this.keys, signature.key);
    if (packet.port !== null && this.ports.size < kept) this.ports.add(packet.port);
    const path = this.path(pathOf(packet));
    if (path !== null) path.packets += 1;
    // What is signed wrongly may be anybody's: it says nothing about this node.
    if (signature.verdict === 'wrong' || signature.verdict === 'not signed') return;
    this.sawMessage(message, packet.wallMs, path);
  }

  private sawMessage(message: Message, wallMs: number | null, path: Path | null): void {
    const type = message.get('t');
    const uuid = message.get('srcuuid');
    if (uuid !== undefined && this.uuids.size < kept) this.uuids.add(uuid);
    const life = this.life(message);
    const seq = parseHex(message.get('seq') ?? '');
    if (seq !== null && seq > 0 && life !== null) {
      life.sequence.saw(seq);
      path?.sequence.saw(seq);
    }
    if (type === 'status') this.sawStatus(message, wallMs);
    if (type === 'shutdone') this.state = 'left';
  }

  private sawStatus(message: Message, wallMs: number | null): void {
    this.state = message.get('st') ?? '';
    this.announcement = this.reader.read(message);
    this.deadtimeMs = parseHex(message.get('dt') ?? '');
    if (wallMs === null) return;
    this.firstStatusMs ??= wallMs;
    if (this.lastStatusMs !== null) {
      this.longestSilenceMs = Math.max(this.longestSilenceMs, wallMs - this.lastStatusMs);
    }
    this.lastStatusMs = wallMs;
  }

  /** The life that the message is of; null when it names none, or one that is over. */
  private life(message: Message): Life | null {
    const generation = parseHex(message.get('hg') ?? '');
    if (generation === null) return null;
    const last = this.lives.at(-1);
    if (last?.generation === generation) return last;
    const known = this.lives.find((life) => life.generation === generation);
    if (last !== undefined && generation < last.generation) {
      this.wentBack ??= { from: last.generation, to: generation };
      return null;
    }
    if (known !== undefined) return null;
    // A new life begins to count anew, on every path.
    for (const path of this.paths.values()) path.sequence.restart();
    const life = { generation, sequence: new Sequence() };
    this.lives.push(life);
    if (this.lives.length > kept) this.lives.shift();
    this.firstStatusMs = null;
    this.lastStatusMs = null;
    return life;
  }

  private path(name: string): Path | null {
    const known = this.paths.get(name);
    if (known !== undefined || this.paths.size >= pathsMax) return known ?? null;
    const path = { packets: 0, sequence: new Sequence() };
    this.paths.set(name, path);
    return path;
  }
}

function increment(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
