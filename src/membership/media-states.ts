/** Which links are open here, as their media tell it. */
import type { LogLevel } from '../events.js';

export class MediaStates {
  readonly states = new Map<string, { readonly open: boolean; readonly text: string }>();

  /** Notes what a link's media say of it; gives what is to be logged, or null when it is no news. */
  note(
    link: string,
    state: 'open' | 'failed',
    text: string,
  ): { readonly level: LogLevel; readonly text: string } | null {
    const before = this.states.get(link);
    const open = state === 'open';
    this.states.set(link, { open, text });
    return before?.open === open ? null : { level: open ? 'info' : 'error', text };
  }
}
