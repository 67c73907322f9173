/**
 * Members of the view that do not know a node which others of them hear: their files name other nodes. Such a member cannot see what
 * runs there, so it starts nothing, and nothing is sent to it; what it holds it keeps, for the other sees its claims.
 */
import type { Membership } from '../membership/membership.js';
import type { Voting } from '../membership/voting.js';

/** Why, by member. */
export function ignorantMembers(self: string, membership: Membership, voting: Voting): ReadonlyMap<string, string> {
  const { members } = membership.view;
  const ignorant = new Map<string, string>();
  const own = voting.nodesOf(self);
  // Nobody hears whom it does not know.
  if (members.every((name) => (voting.nodesOf(name) ?? own) === own)) return ignorant;
  const heard = new Set(members.flatMap((name) => heardBy(name, self, membership)));
  for (const name of members) {
    const nodes = voting.nodesOf(name)?.split(' ');
    const unknown = nodes && [...heard].find((one) => !nodes.includes(one));
    if (unknown !== undefined) ignorant.set(name, `does not know node ${unknown}`);
  }
  return ignorant;
}

function heardBy(name: string, self: string, membership: Membership): string[] {
  const heard = name === self ? membership.heard() : membership.announcementOf(name)?.heard;
  return [...(heard?.keys() ?? [])];
}
