import t from 'tap';
import { headerOf } from '../../src/order/header.js';
import { History } from '../../src/order/history.js';
import { Receiver } from '../../src/order/receiver.js';
import { ackMessage, nakMessage, parseAck, parseNak, parseRexmit, rexmitMessage } from '../../src/order/reliability.js';
import { type Message, message, type Trusted, textMessage } from '../../src/wire/message.js';
import { type Prng, prng } from '../support/prng.js';

/** Faults of the network until `faultsEndMs`; probabilities from 0 to 1. */
interface Faults {
  readonly loss: number;
  readonly duplication: number;
  readonly delayMs: number;
}

const faultsEndMs = 12_000;
const endMs = 30_000;
const maxRexmitDelayMs = 250;

/** One life of a node: sends every 30 to 50 ms, asks, answers and acknowledges as a node does. */
class Node {
  readonly #receiver: Receiver;
  readonly #history = new History({ maxRexmitDelayMs });
  #seq = 0;
  /** Times each packet was delivered, by sender's generation and number. */
  readonly delivered = new Map<string, number>();
  /** The first packet delivered of each generation of the peer. */
  readonly firsts = new Map<number, number>();
  readonly naked = new Set<string>();
  nextSendAt: number;

  constructor(
    readonly name: string,
    readonly generation: number,
    readonly world: World,
  ) {
    this.#receiver = new Receiver({ maxRexmitDelayMs, random: world.dice.next });
    this.nextSendAt = world.at;
  }

  get sent(): number {
    return this.#seq;
  }

  know(generations: Record<string, number>): this {
    for (const name in generations) this.#receiver.know(name, generations[name] ?? 0);
    return this;
  }

  generations() {
    return this.#receiver.generations();
  }

  get nextDeadline(): number {
    return Math.min(this.nextSendAt, this.#receiver.nextDeadline());
  }

  tick(): void {
    const { at, dice } = this.world;
    if (this.nextSendAt <= at) {
      this.#seq += 1;
      const type = this.#seq % 5 === 1 ? 'status' : 'resource';
      const packet = this.#complete(textMessage({ t: type, seq: this.#seq.toString(16) }));
      this.#history.remember(this.#seq, packet);
      this.world.send(packet);
      this.nextSendAt = at + 30 + dice.below(20);
    }
    for (const request of this.#receiver.due(at)) this.world.send(this.#complete(rexmitMessage(request)));
  }

  receive(packet: Message): void {
    const result = headerOf(packet as Trusted<Message>);
    if (!result.ok) throw new Error(result.text);
    const { header } = result;
    const verdict = this.#receiver.receive(header, this.world.at);
    if (verdict.kind !== 'deliver' && verdict.kind !== 'late') return;
    if (header.seq === null) return this.#unsequenced(packet, header.from, header.generation);
    const key = `${header.generation}/${header.seq}`;
    this.delivered.set(key, (this.delivered.get(key) ?? 0) + 1);
    if (verdict.kind === 'deliver' && verdict.newIncarnation) this.firsts.set(header.generation, header.seq);
    if (verdict.ack === null) return;
    this.#assertWhole(header.generation, verdict.ack);
    this.world.send(this.#complete(ackMessage({ to: header.from, seq: verdict.ack })));
  }

  #unsequenced(packet: Message, from: string, generation: number): void {
    const range = parseRexmit(packet);
    if (packet.get('t') === 'NS_rexmit' && range !== null) {
      const { resend, nak } = this.#history.rexmit({ from, ...range }, this.world.at);
      for (const old of resend) this.world.send(old);
      for (const { seq, reason } of nak) this.world.send(this.#complete(nakMessage({ to: from, seq, reason })));
    }
    const ack = parseAck(packet);
    if (ack !== null) this.#history.acked(from, ack.seq);
    const nak = parseNak(packet);
    if (packet.get('t') === 'NS_nak_rexmit' && nak !== null && this.#receiver.irretrievable(from, nak.seq)) {
      this.naked.add(`${generation}/${nak.seq}`);
    }
  }

  /** An acknowledgement says that everything up to it is there. */
  #assertWhole(generation: number, ack: number): void {
    for (let seq = this.firsts.get(generation) ?? 1; seq <= ack; seq++) {
      const key = `${generation}/${seq}`;
      if (!this.delivered.has(key) && !this.naked.has(key)) throw new Error(`${key} acknowledged but not there`);
    }
  }

  #complete(packet: Message): Message {
    const own = textMessage({ src: this.name, hg: this.generation.toString(16), ts: '1' });
    return message([...packet.fields, ...own.fields]);
  }
}

/** Two nodes and the network between them. */
class World {
  at = 0;
  readonly nodes: [Node, Node];
  /** Packets under way; each goes to every node but its sender. */
  #underWay: { at: number; packet: Message }[] = [];

  constructor(
    readonly dice: Prng,
    readonly faults: Faults,
  ) {
    this.nodes = [new Node('a', 100, this), new Node('b', 200, this)];
  }

  send(packet: Message): void {
    const { loss, duplication, delayMs } =
      this.at < faultsEndMs ? this.faults : { loss: 0, duplication: 0, delayMs: 1 };
    for (let copies = this.dice.next() < duplication ? 2 : 1; copies > 0; copies--) {
      if (this.dice.next() >= loss) this.#underWay.push({ at: this.at + this.dice.below(delayMs), packet });
    }
  }

  run(untilMs: number): void {
    for (; this.at < untilMs; this.at = Math.max(this.at + 1, this.#next())) {
      const arrived = this.#underWay.filter(({ at }) => at <= this.at);
      this.#underWay = this.#underWay.filter(({ at }) => at > this.at);
      for (const { packet } of arrived) {
        for (const node of this.nodes) if (node.name !== packet.get('src')) node.receive(packet);
      }
      for (const node of this.nodes) node.tick();
    }
  }

  #next(): number {
    return Math.floor(Math.min(...this.nodes.map((node) => node.nextDeadline), ...this.#underWay.map(({ at }) => at)));
  }
}

/** Numbers of `sender` that `receiver` did not get exactly once, from the first that it got on. */
function wrong(receiver: Node, sender: Node): string[] {
  const keys: string[] = [];
  const first = receiver.firsts.get(sender.generation);
  if (first === undefined) return [`nothing of generation ${sender.generation}`];
  // The last ones may still be under way, or missing without anybody knowing.
  for (let seq = first; seq <= sender.sent - 5; seq++) {
    const key = `${sender.generation}/${seq}`;
    if ((receiver.delivered.get(key) ?? 0) + (receiver.naked.has(key) ? 1 : 0) !== 1) keys.push(key);
  }
  return keys;
}

const seeds = Array.from({ length: 30 }, (_, index) => index + 1);

t.test('everything arrives exactly once', async (t) => {
  for (const seed of seeds) {
    const dice = prng(seed);
    const faults = { loss: dice.next() * 0.5, duplication: dice.next() * 0.5, delayMs: 1 + dice.below(200) };
    const world = new World(dice, faults);
    world.run(endMs);
    const [a, b] = world.nodes;
    t.same([...wrong(a, b), ...wrong(b, a)], [], `seed ${seed}`);
    t.ok(a.sent > 500 && b.sent > 500);
  }
});

t.test(
  'a node that restarts is heard from its first status on, and nothing of its former life after that',
  async (t) => {
    for (const seed of seeds) {
      const dice = prng(1000 + seed);
      const faults = { loss: dice.next() * 0.4, duplication: dice.next() * 0.5, delayMs: 1 + dice.below(200) };
      const world = new World(dice, faults);
      world.run(2000 + dice.below(8000));
      const [oldA, b] = world.nodes;
      const newA = new Node('a', 101, world).know(oldA.generations());
      world.nodes[0] = newA;
      const atRestart = new Set(b.delivered.keys());
      world.run(endMs);
      t.same([...wrong(newA, b), ...wrong(b, newA)], [], `seed ${seed}`);
      t.ok(
        Array.from(b.delivered.values()).every((times) => times === 1),
        'nothing twice',
      );
      const keys = Array.from(b.delivered.keys());
      const firstNew = keys.findIndex((key) => key.startsWith('101/'));
      t.ok(atRestart.size <= firstNew);
      t.ok(
        keys.slice(firstNew).every((key) => key.startsWith('101/')),
        'lives do not mix',
      );
    }
  },
);
