/** `OCF::AGENT::key=value::key=value`, and Heartbeat's own `OCF::TYPE::INSTANCE`. */
import { type Declaration, parameterPrefix } from './declarations.js';
import { parseIPv6 } from './ip.js';
import { hint } from './nearest.js';
import { findOcfAgent } from './ocf-agent.js';
import type { Place, Report } from './problems.js';
import { readAssignments } from './shell-assignments.js';
import type { FilePlace, HostFacts, OcfAgent, OcfUse } from './types.js';
import { partOf, quote, type Word } from './words.js';

/** What a word says, or what the file or the section that it names says. */
export interface OcfReading {
  readonly agent: OcfAgent;
  readonly values: Map<string, string>;
  readonly places: Map<string, FilePlace>;
}

export interface OcfContext {
  readonly host: HostFacts;
  readonly report: Report;
  /** Takes the problems of another file. */
  readonly reportOn: (file: string) => Report;
}

const ocfForm = 'OCF::AGENT::NAME=VALUE::NAME=VALUE';
const reskey = 'OCF_RESKEY_';
const parameterName = /^[A-Za-z_][\w.-]*$/;

/** The place of a problem with its file. */
export const placeAt = ({ file }: Report, { line, column }: Place): FilePlace => ({ file, line, column });

/** `rest` is what stands behind `OCF::`; null after an error. */
export function readOcfWord(rest: Word, context: OcfContext): OcfReading | null {
  const separator = rest.text.indexOf('::');
  const name = separator < 0 ? rest : partOf(rest, 0, separator);
  const agent = findOcfAgent(name.text, context.host);
  if (!agent.ok) {
    context.report.error(name, name.text === '' ? `no agent is named: ${ocfForm}` : agent.reason);
    return null;
  }
  const reading: OcfReading = { agent: agent.value, values: new Map(), places: new Map() };
  if (separator < 0) return reading;
  const argument = partOf(rest, separator + 2);
  const fine = /^[^=:]+$/.test(argument.text)
    ? readInstance(argument, name.text, reading, context)
    : readPairs(argument, reading, context.report);
  return fine ? reading : null;
}

/** Every `::` that a `NAME=` follows is a separator; others are part of an IPv6 address. */
function readPairs(argument: Word, reading: OcfReading, report: Report): boolean {
  let start = 0;
  let fine = true;
  for (const text of argument.text.split(/::(?=[A-Za-z_][\w.-]*=)/)) {
    fine = readPair(partOf(argument, start, start + text.length), reading, report) && fine;
    start += text.length + 2;
  }
  return fine;
}

function readPair(pair: Word, { values, places }: OcfReading, report: Report): boolean {
  const equals = pair.text.indexOf('=');
  const name = pair.text.slice(0, Math.max(equals, 0));
  const value = pair.text.slice(equals + 1);
  const stray = value.indexOf('::');
  if (equals < 0 || !parameterName.test(name)) report.error(pair, `${quote(pair.text)} is not NAME=VALUE`);
  else if (values.has(name)) report.error(pair, `parameter ${quote(name)} stands twice`);
  else if (stray >= 0 && !parseIPv6(value.split('/')[0] ?? '').ok) {
    const part = partOf(pair, equals + 1 + stray + 2);
    const where = `a value with "::" in it belongs into resources.ini: param.${name} = ...`;
    report.error(part.text === '' ? pair : part, `${quote(part.text)} is not NAME=VALUE; ${where}`);
  } else {
    values.set(name, value);
    places.set(name, placeAt(report, pair));
    return true;
  }
  return false;
}

/** The parameters are in `conf/OCF/TYPE/INSTANCE`, as assignments to OCF_RESKEY_NAME. */
function readInstance(instance: Word, type: string, reading: OcfReading, context: OcfContext): boolean {
  const { host, report, reportOn } = context;
  const known = host.ocfInstances ?? new Map<string, never>();
  const file = known.get(`${type}/${instance.text}`);
  if (file === undefined || !('text' in file)) {
    const names = [...known.keys()].flatMap((key) => (key.startsWith(`${type}/`) ? [key.slice(type.length + 1)] : []));
    const why = file === undefined ? 'there is no such file' : file.missing;
    const near = hint(instance.text, names) || '; parameters by themselves are written NAME=VALUE';
    report.error(
      instance,
      `instance ${quote(instance.text)}: conf/OCF/${type}/${instance.text} cannot be read: ${why}${near}`,
    );
    return false;
  }
  const other = reportOn(file.path);
  for (const { name, value } of readAssignments(file.text, other)) {
    const parameter = name.text.slice(reskey.length);
    if (!name.text.startsWith(reskey) || parameter === '') {
      other.warning(name, `${quote(name.text)} is no parameter (${reskey}...): agents do not get it`);
      continue;
    }
    reading.values.set(parameter, value);
    reading.places.set(parameter, placeAt(other, name));
  }
  return true;
}

/** Adds what the section of resources.ini says. What a word says already must not be said again. */
export function addDeclared({ values, places }: OcfReading, { parameters, report }: Declaration): void {
  for (const [name, { key, value }] of parameters) {
    const same = places.get(name);
    if (!parameterName.test(name)) {
      report.error(key, `${quote(name)} is not the name of a parameter: write ${parameterPrefix}NAME = VALUE`);
    } else if (same) report.error(key, `parameter ${quote(name)} stands in ${same.file}:${same.line} already`);
    else {
      values.set(name, value);
      places.set(name, placeAt(report, key));
    }
  }
}

/** For the check of meta-data. */
export const useOf = (word: Word, report: Report, { agent, places }: OcfReading): OcfUse => ({
  agent: agent.type,
  path: agent.path,
  place: placeAt(report, word),
  parameters: places,
  classic: false,
});
