/** Rules for a single core: no storms of messages, no flood of effects, one answer to each command. */
import type { Effect, Event, Milliseconds } from '../events.js';
import type { SimNode } from './node.js';
import { Bystander } from './observer.js';

export interface MannersRules {
  /** Packets a node may send within `windowMs`. */
  readonly sendsMax: number;
  readonly windowMs: Milliseconds;
  /** Effects of one step. */
  readonly effectsMax: number;
  readonly violated: (text: string) => void;
}

export class Manners extends Bystander {
  /** Packets sent by all nodes together. */
  sends = 0;
  /** Most packets sent by one node within a window. */
  sendsPeak = 0;
  private readonly windows = new Map<string, { start: Milliseconds; sends: number }>();
  /** Commands that wait for their answer, by id. */
  private readonly asked = new Map<number, SimNode>();

  constructor(private readonly rules: MannersRules) {
    super();
  }

  override happened(_at: Milliseconds, node: SimNode | null, _text: string): void {
    // Whoever is off owes no answers any more.
    if (node?.state === 'off') this.forgive(node);
  }

  override stepped(at: Milliseconds, node: SimNode, event: Event, effects: readonly Effect[]): void {
    if (event.type === 'command') this.asked.set(event.id, node);
    if (effects.length > this.rules.effectsMax)
      this.rules.violated(`${node.name} gave ${effects.length} effects for one ${event.type}`);
    let sends = 0;
    for (const effect of effects) {
      if (effect.type === 'send') sends++;
      else if (effect.type === 'reply') this.answered(effect.id, node);
    }
    if (sends > 0) this.countSends(at, node, sends);
    if (node.state === 'off') this.forgive(node);
  }

  override misuse(_at: Milliseconds, node: SimNode, text: string): void {
    this.rules.violated(`${node.name}: ${text}`);
  }

  /** To be called at the end: every command that was heard has been answered. */
  finish(): void {
    for (const [id, node] of this.asked) this.rules.violated(`${node.name} never answered command ${id}`);
  }

  private answered(id: number, node: SimNode): void {
    if (this.asked.get(id) !== node) this.rules.violated(`${node.name} answered command ${id} without need`);
    this.asked.delete(id);
  }

  private forgive(node: SimNode): void {
    for (const [id, asked] of this.asked) if (asked === node) this.asked.delete(id);
  }

  private countSends(at: Milliseconds, node: SimNode, sends: number): void {
    this.sends += sends;
    let window = this.windows.get(node.name);
    if (window === undefined || at - window.start >= this.rules.windowMs) {
      window = { start: at, sends: 0 };
      this.windows.set(node.name, window);
    }
    window.sends += sends;
    if (window.sends > this.sendsPeak) this.sendsPeak = window.sends;
    // Told once, at the packet that goes over the limit.
    if (window.sends > this.rules.sendsMax && window.sends - sends <= this.rules.sendsMax)
      this.rules.violated(`${node.name} sent ${window.sends} packets within ${this.rules.windowMs} ms: a storm`);
  }
}
