/**
 * The classic names of haresources that come without a script of their own: which argument is which parameter of the OCF
 * agent of the same name. Heartbeat has a wrapper in resource.d for each of them but Route; these are the parameters those
 * wrappers set.
 */
import { bad, good, type Result } from './values.js';

type Parameters = Readonly<Record<string, string>>;

/** How the arguments of an agent become parameters. */
interface ClassicAgent {
  /** Fewest arguments, and the parameters in their order. */
  readonly least: number;
  readonly names: readonly string[];
  /** Where it is not simply one after the other. */
  readonly read?: (args: readonly string[]) => Result<Parameters>;
}

const inOrder = (least: number, ...names: readonly string[]): ClassicAgent => ({ least, names });

/** Any number of nodes; empty means the alarm sounds on all of them. */
const readNodelist = (args: readonly string[]): Result<Parameters> => good({ nodelist: args.join(' ') });

/** `SendArp::192.0.2.1/eth0`; with the interface as an argument of its own, too. */
function readSendArp(args: readonly string[]): Result<Parameters> {
  const [ip = '', nic, ...more] = args.join('/').split('/');
  if (ip === '' || nic === undefined || nic === '' || more.length > 0) return bad('SendArp takes ADDRESS/INTERFACE');
  return good({ ip, nic });
}

/** The configuration file of a single server, or the port of the advanced edition. */
const readWas = ([what = '']: readonly string[]): Result<Parameters> =>
  good(/^\d+$/.test(what) ? { port: what } : { config: what });

const delayNames = ['startdelay', 'stopdelay', 'mondelay'];

/** Debian's agent would take 30 s for each look, longer than the limit of one. */
function readDelay(args: readonly string[]): Result<Parameters> {
  const read = byPosition(delayNames, args);
  return read.ok ? good({ mondelay: '0', ...read.value }) : read;
}

function readIds(args: readonly string[]): Result<Parameters> {
  if (args.length !== 0 && args.length !== 3) {
    return bad('ids takes no arguments or three: informixdir, informixserver, onconfig');
  }
  return byPosition(['informixdir', 'informixserver', 'onconfig'], args);
}

/** The table. */
const agents: ReadonlyMap<string, ClassicAgent> = new Map([
  ['AudibleAlarm', { least: 0, names: ['nodelist'], read: readNodelist }],
  ['Delay', { least: 0, names: delayNames, read: readDelay }],
  ['Filesystem', inOrder(2, 'device', 'directory', 'fstype', 'options')],
  ['ICP', inOrder(2, 'driveid', 'device')],
  ['IPsrcaddr', inOrder(1, 'ipaddress')],
  ['LVM', inOrder(1, 'volgrpname')],
  ['LinuxSCSI', inOrder(1, 'scsi')],
  ['MailTo', inOrder(1, 'email', 'subject')],
  ['Raid1', inOrder(2, 'raidconf', 'raiddev')],
  // No wrapper of Heartbeat's: the order of the agent's own description.
  ['Route', inOrder(2, 'destination', 'device', 'gateway', 'source', 'table')],
  ['SendArp', { least: 1, names: ['ip', 'nic'], read: readSendArp }],
  ['ServeRAID', inOrder(2, 'serveraid', 'mergegroup')],
  ['WAS', { least: 0, names: ['config'], read: readWas }],
  ['WinPopup', { least: 0, names: ['hostfile'], read: ([hostfile = 'hosts']) => good({ hostfile }) }],
  ['Xinetd', inOrder(1, 'service')],
  ['apache', inOrder(0, 'configfile')],
  ['db2', inOrder(1, 'instance')],
  ['ids', { least: 0, names: ['informixdir', 'informixserver', 'onconfig'], read: readIds }],
  ['portblock', inOrder(3, 'protocol', 'portno', 'action')],
]);

/** The names of the table. */
export const classicAgents: readonly string[] = [...agents.keys()];

/** An argument that is empty leaves its parameter alone. */
function byPosition(names: readonly string[], args: readonly string[]): Result<Parameters> {
  const pairs = args.flatMap((value, index) => (value === '' ? [] : [[names[index] ?? '', value] as const]));
  return good(Object.fromEntries(pairs));
}

/** Parameters of the OCF agent from the arguments in haresources; null for a name that is not in the table. */
export function classicParameters(agent: string, args: readonly string[]): Result<Parameters> | null {
  const known = agents.get(agent);
  if (known === undefined) return null;
  const { least, names, read } = known;
  // A list may have any length.
  const most = read === readNodelist ? Infinity : names.length;
  const given = args.filter((value, index) => value !== '' || index >= least).length;
  if (given < least || args.length > most) return bad(`${agent} takes ${countText(least, most)}: ${names.join(', ')}`);
  const result = (read ?? ((all) => byPosition(names, all)))(args);
  return result.ok ? good(withoutEmpty(result.value)) : result;
}

const countText = (least: number, most: number): string => {
  const range = least === most ? `${least}` : least === 0 ? `up to ${most}` : `${least} to ${most}`;
  return `${range} argument${most === 1 ? '' : 's'}`;
};

const withoutEmpty = (parameters: Parameters): Parameters =>
  Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ''));
