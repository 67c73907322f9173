/** Who may do what at the control socket, from ha.cf's `apiauth` (heartbeat-behaviour, 11) and this machine's accounts. */
import type { ApiauthEntry } from '../../config/types.js';
import type { Accounts } from '../accounts.js';
import type { Peer } from '../kernel/peer-credentials.js';

/** `all`: ask and give orders; `ask`: the status only. */
export type Rights = 'all' | 'ask' | 'none';

export interface Access {
  rightsOf(peer: Peer): Rights;
  /** Of as many places for clients, how many may be taken when this peer takes one: the rest is kept for those with more rights. */
  placesFor(peer: Peer, most: number): number;
  /** Whom the socket's file must let in: one group, or everybody because more than one group (or a user) may ask. */
  readonly door: { readonly open: true } | { readonly open: false; readonly group: number | null };
  /** Names in apiauth that this machine does not know. */
  readonly unknown: readonly string[];
}

/** Shares of the places: users who may only ask cannot shut out those who give orders, nor these root. */
const orderShare = 3 / 4;
const askShare = 1 / 2;

interface Numbers {
  readonly users: ReadonlySet<number>;
  readonly groups: ReadonlySet<number>;
}

/** Heartbeat's default for clients that only ask. */
const casual: ApiauthEntry = { users: [], groups: ['haclient'] };
const nobody: ApiauthEntry = { users: [], groups: [] };

/** `own`: the user the daemon runs as, who may do everything, as root may. */
export function accessOf(apiauth: Readonly<Record<string, ApiauthEntry>>, accounts: Accounts, own: number): Access {
  const orders = apiauth.systole ?? apiauth.default ?? nobody;
  const questions = apiauth.anon ?? casual;
  const [mayOrder, mayAsk] = [orders, questions].map((entry) => numbersOf(entry, accounts)) as [Numbers, Numbers];
  const masters = new Set([0, own]);
  const users = [...mayOrder.users, ...mayAsk.users].filter((uid) => !masters.has(uid));
  const groups = new Set([...mayOrder.groups, ...mayAsk.groups]);
  const named = [orders, ...(apiauth.anon === undefined ? [] : [questions])];
  return {
    rightsOf(peer) {
      if (masters.has(peer.uid) || fits(mayOrder, peer)) return 'all';
      return fits(mayAsk, peer) ? 'ask' : 'none';
    },
    placesFor(peer, most) {
      if (masters.has(peer.uid)) return most;
      return Math.ceil(most * (fits(mayOrder, peer) ? orderShare : askShare));
    },
    door: users.length > 0 || groups.size > 1 ? { open: true } : { open: false, group: [...groups][0] ?? null },
    unknown: named.flatMap((entry) => unknownOf(entry, accounts)),
  };
}

const fits = ({ users, groups }: Numbers, { uid, gids }: Peer): boolean =>
  users.has(uid) || gids.some((gid) => groups.has(gid));

function numbersOf({ users, groups }: ApiauthEntry, accounts: Accounts): Numbers {
  return {
    users: new Set(users.flatMap((name) => numberOf(name, accounts.users.get(name)?.uid))),
    groups: new Set(groups.flatMap((name) => numberOf(name, accounts.groups.get(name)))),
  };
}

const isNumber = (name: string): boolean => /^\d+$/.test(name);

/** None when nobody has that name. */
function numberOf(name: string, known: number | undefined): number[] {
  if (known !== undefined) return [known];
  return isNumber(name) ? [Number(name)] : [];
}

function unknownOf({ users, groups }: ApiauthEntry, accounts: Accounts): string[] {
  return [
    ...users.filter((name) => !isNumber(name) && !accounts.users.has(name)).map((name) => `user ${name}`),
    ...groups.filter((name) => !isNumber(name) && !accounts.groups.has(name)).map((name) => `group ${name}`),
  ];
}
