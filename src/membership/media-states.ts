/** Which links are open here, as their media tell it. */
import type { Effect, Event } from '../events.js';

export class MediaStates {
  readonly states = new Map<string, { readonly open: boolean; readonly text: string }>();

  /** Notes what a link's media say of it; gives what is to be logged, if it is news. */
  note({ link, state, text }: Event & { type: 'medium' }): Effect[] {
    const before = this.states.get(link);
    const open = state === 'open';
    this.states.set(link, { open, text });
    return before?.open === open ? [] : [{ type: 'log', level: open ? 'info' : 'error', text }];
  }
}
