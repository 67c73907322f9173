/** Writes down what happens in a world: one line per fault, log line, action and exit. Heartbeats are left out. */
import { describeEffect } from '../describe.js';
import type { Effect, Event, Milliseconds } from '../events.js';
import type { SimNode } from './node.js';
import { Bystander } from './observer.js';

export class Transcript extends Bystander {
  readonly lines: string[] = [];

  override happened(at: Milliseconds, node: SimNode | null, text: string): void {
    this.write(at, node, `* ${text}`);
  }

  override stepped(at: Milliseconds, node: SimNode, event: Event, effects: readonly Effect[]): void {
    if (event.type === 'actionResult') {
      for (const { resource, outcome, text } of event.outcomes)
        this.write(at, node, `result of ${resource}: ${outcome}${text === '' ? '' : ` (${text})`}`);
    }
    for (const effect of effects) {
      if (effect.type !== 'send' && effect.type !== 'ping' && effect.type !== 'save')
        this.write(at, node, describeEffect(effect));
    }
  }

  override misuse(at: Milliseconds, node: SimNode, text: string): void {
    this.write(at, node, `! ${text}`);
  }

  private write(at: Milliseconds, node: SimNode | null, text: string): void {
    this.lines.push(`${(at / 1000).toFixed(3).padStart(9)} ${(node?.name ?? '-').padEnd(2)} ${text}`);
  }
}

/** A checksum of everything that happens, every byte sent included: equal seeds must give equal digests. */
export class WorldDigest extends Bystander {
  private a = 0x811c9dc5;
  private b = 0x01234567;

  override happened(at: Milliseconds, node: SimNode | null, text: string): void {
    this.addText(`${at} ${node?.name} ${text}`);
  }

  override stepped(at: Milliseconds, node: SimNode, event: Event, effects: readonly Effect[]): void {
    this.addText(`${at} ${node.name} ${event.type}`);
    for (const effect of effects) {
      if (effect.type === 'send' || effect.type === 'ping') for (const byte of effect.bytes) this.add(byte);
      else this.addText(JSON.stringify(effect));
    }
  }

  /** 16 hexadecimal digits. */
  text(): string {
    return [this.a, this.b].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
  }

  private addText(text: string): void {
    for (let index = 0; index < text.length; index++) this.add(text.charCodeAt(index));
  }

  private add(value: number): void {
    this.a = Math.imul(this.a ^ value, 0x01000193);
    this.b = Math.imul(this.b ^ (value + 1), 0x85ebca6b) ^ (this.b >>> 15);
  }
}
