/** Units of systemd, as `systemd::NAME` and `agent = systemd:NAME` name them. */
import { hint } from './nearest.js';
import type { Report } from './problems.js';
import type { HostFacts } from './types.js';
import { bad, good, type Result } from './values.js';
import { quote, type Word } from './words.js';

const suffix = /\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/;

/** `mariadb` is the unit `mariadb.service`. */
export const unitName = (name: string): string => (suffix.test(name) ? name : `${name}.service`);

/** The unit's full name, if there is such a unit: `db@one` needs `db@one.service` or the template `db@.service`. */
export function findUnit(name: string, { units }: HostFacts): Result<string> {
  if (!/^[\w:.@\\][\w:.@\\-]*$/.test(name)) return bad(`${quote(name)} is not the name of a systemd unit`);
  const unit = unitName(name);
  const template = unit.replace(/@[^@]+(\.\w+)$/, '@$1');
  if (units === undefined || units.has(unit) || units.has(template)) return good(unit);
  return bad(`no systemd unit ${quote(unit)}${hint(unit, units)}`);
}

/** What the cluster starts must not be started by the boot of every node. */
export function warnOfBoot(word: Word, unit: string, { enabledUnits }: HostFacts, report: Report): void {
  if (!enabledUnits?.has(unit)) return;
  report.warning(word, `${unit} is enabled: at boot it would run on every node; run systemctl disable ${unit}`);
}
