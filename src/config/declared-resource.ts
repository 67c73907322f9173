/** A resource whose agent resources.ini names: `agent = CLASS:NAME`. */
import type { Declaration } from './declarations.js';
import { hint } from './nearest.js';
import { findOcfAgent } from './ocf-agent.js';
import { addDeclared, type OcfReading, useOf } from './ocf-word.js';
import type { ParsedResource, WordContext } from './resource-word.js';
import { findUnit, unitName, warnOfBoot } from './systemd-unit.js';
import { partOf, quote, splitWords, type Word } from './words.js';

const classes = ['ocf', 'systemd', 'lsb', 'heartbeat'];
const form = 'ocf:PROVIDER:TYPE, systemd:UNIT, lsb:NAME or heartbeat:NAME';

/** Reads what the section says; null after an error. */
export function declaredResource(word: Word, declaration: Declaration, context: WordContext): ParsedResource | null {
  const { agent, report } = declaration;
  // Without a value the reader of all keys complains.
  if (agent === null || agent.text === '') return null;
  const separator = agent.text.indexOf(':');
  const kind = agent.text.slice(0, Math.max(separator, 0));
  const name = partOf(agent, separator + 1);
  if (!classes.includes(kind)) {
    const near = separator < 0 ? '' : hint(kind, classes);
    report.error(agent, `${quote(agent.text)} is no agent: write ${form}${near}`);
    return null;
  }
  warnOfScript(word, declaration, context);
  if (kind === 'ocf') return ocfResource(word, name, declaration, context);
  refuseParameters(declaration, kind);
  if (kind === 'systemd') return unitResource(word, name, declaration, context);
  return scriptResource(word, { name, kind: kind === 'lsb' ? 'lsb' : 'heartbeat' }, declaration, context);
}

/** Another node, a real Heartbeat, would run the script. */
function warnOfScript(word: Word, { agent, report }: Declaration, { host }: WordContext): void {
  const script = host.findAgent(word.text);
  if (agent === null || script === null || agent.text.endsWith(`:${word.text}`)) return;
  report.warning(agent, `this counts, although there is a script ${script.path} too, which a real Heartbeat would run`);
}

function ocfResource(word: Word, name: Word, declaration: Declaration, context: WordContext): ParsedResource | null {
  refuseArguments(declaration, 'param.NAME = VALUE');
  const agent = findOcfAgent(name.text, context.host);
  if (!agent.ok) {
    declaration.report.error(name, agent.reason);
    return null;
  }
  const reading: OcfReading = { agent: agent.value, values: new Map(), places: new Map() };
  addDeclared(reading, declaration);
  return ocfParsed(word, reading, context);
}

/** The resource that an OCF word or section comes to. */
export function ocfParsed(word: Word, reading: OcfReading, { report }: WordContext): ParsedResource {
  const { agent, values } = reading;
  const parameters = Object.fromEntries(values);
  return {
    resource: {
      name: word.text,
      agent: agent.type,
      args: [],
      parameters,
      class: 'ocf',
      path: agent.path,
      address: null,
    },
    ocf: useOf(word, report, reading),
  };
}

function unitResource(word: Word, name: Word, declaration: Declaration, context: WordContext): ParsedResource | null {
  refuseArguments(declaration, 'nothing: a unit has none');
  return systemdParsed(word, name, { ...context, report: declaration.report });
}

/** `name` is the unit's, and the place of a problem with it. */
export function systemdParsed(word: Word, name: Word, { host, report }: WordContext): ParsedResource | null {
  const unit = findUnit(name.text, host);
  if (!unit.ok) {
    report.error(name, name.text === '' ? 'no unit is named: systemd::mariadb' : unit.reason);
    return null;
  }
  warnOfBoot(name, unit.value, host, report);
  const resource = { name: word.text, agent: unit.value, args: [], parameters: {}, path: unit.value, address: null };
  return { resource: { ...resource, class: 'systemd' }, ocf: null };
}

function scriptResource(
  word: Word,
  { name, kind }: { name: Word; kind: 'lsb' | 'heartbeat' },
  { arguments: words, report }: Declaration,
  { host }: WordContext,
): ParsedResource | null {
  const found = /^[^/.][^/]*$/.test(name.text) ? host.findAgent(name.text, kind) : null;
  if (found === null || found.class !== kind) {
    const where = kind === 'lsb' ? '/etc/init.d' : 'resource.d';
    report.error(name, `no agent ${quote(name.text)} in ${where}${hint(name.text, host.agentNames)}`);
    return null;
  }
  if (kind === 'lsb') warnOfBoot(name, unitName(name.text), host, report);
  const args = words === null ? [] : splitWords(words.text, words.line).map(({ text }) => text);
  const resource = { name: word.text, agent: name.text, args, parameters: {}, class: kind, path: found.path };
  return { resource: { ...resource, address: null }, ocf: null };
}

function refuseArguments({ arguments: words, report }: Declaration, instead: string): void {
  if (words !== null) report.error(words, `arguments are of scripts (lsb, heartbeat); here is to be ${instead}`);
}

function refuseParameters({ parameters, report }: Declaration, kind: string): void {
  const [first] = parameters.values();
  const instead = kind === 'systemd' ? 'a unit has none' : 'a script has "arguments"';
  if (first) report.error(first.key, `parameters are of OCF agents; ${instead}`);
}
