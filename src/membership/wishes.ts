/** Wishes of peers: who announces that it wants a group waits to hear that it was heard. */
import type { Announcement } from './announcement.js';
import { formatClaims } from './claims.js';

export class AnsweredWishes {
  private readonly answered = new Map<string, string>();

  /** Notes what `from` wants now. True when that is something new, which is to be answered at once. */
  isNew(from: string, { claims }: Announcement): boolean {
    const wishes = formatClaims([...claims.values()].filter(({ state }) => state === 'wanted'));
    const before = this.answered.get(from);
    this.answered.set(from, wishes);
    return wishes !== '' && wishes !== before;
  }

  forget(from: string): void {
    this.answered.delete(from);
  }
}
