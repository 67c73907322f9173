/** Settings of the kernel as sysctl.conf(5) writes them. Pure. */
import { bad, good, type Result } from '../config/values.js';
import { quote } from '../config/words.js';

export interface Setting {
  /** As written. */
  readonly name: string;
  /** Its file below /proc/sys. */
  readonly path: string;
  readonly value: string;
  /** Written with a `-` before it: passed over where the kernel has no such setting. */
  readonly optional: boolean;
}

/** The text of a file: a setting a line, with `#` or `;` before comments. */
export function readSettingsFile(text: string): Result<readonly Setting[]> {
  return readAll(text.split('\n').filter((line) => !/^\s*([#;]|$)/.test(line)));
}

/** A parameter: settings one behind the other, parted by blanks, semicolons or line ends; a value may have blanks in it. */
export function readSettings(text: string): Result<readonly Setting[]> {
  return readAll(text.split(/[;\n]+|\s+(?=-?[\w./:@-]+\s*=)/).filter((part) => part.trim() !== ''));
}

function readAll(parts: readonly string[]): Result<readonly Setting[]> {
  const settings = new Map<string, Setting>();
  for (const part of parts) {
    const setting = readSetting(part.trim());
    if (!setting.ok) return setting;
    settings.set(setting.value.path, setting.value);
  }
  return good([...settings.values()]);
}

function readSetting(text: string): Result<Setting> {
  const [, optional, name, value] = /^(-?)([^=]*?)\s*=\s*(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) return bad(`${quote(text)} is not of the form name=value`);
  const relative = pathOf(name);
  if (relative === null) return bad(`${quote(name)} cannot be the name of a setting`);
  if (value === '') return bad(`${name} has no value`);
  return good({ name, path: `/proc/sys/${relative}`, value: plain(value), optional: optional === '-' });
}

/** `net.ipv4.ip_forward` or `net/ipv4/ip_forward`: where the first separator is a dot, slashes stand for dots (`net.ipv4.conf.eth0/1.forwarding`). */
function pathOf(name: string): string | null {
  const dotted = name.search(/[./]/) === name.indexOf('.') && name.includes('.');
  const path = dotted ? name.replace(/[./]/g, (sign) => (sign === '.' ? '/' : '.')) : name;
  const steps = path.split('/');
  const isFit = /^[\w./:@-]+$/.test(path) && steps.length > 1 && steps.every((step) => !/^\.*$/.test(step));
  return isFit ? path : null;
}

/** A value as it is compared: the kernel parts numbers by tabs, operators by blanks. */
export function plain(value: string): string {
  return value.trim().split(/\s+/).join(' ');
}
