/** An agent's meta-data, valid against `ra-api-1.dtd` of the resource-agents package. Pure. */
import type { AgentDescription, ParameterDescription } from './description.js';

const metaDataS = 5;
const validateS = 20;

/** The whole XML document. */
export function metaData(describe: AgentDescription): string {
  const { name, version, parameters } = describe;
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">',
    `<resource-agent name="${escaped(name)}" version="${escaped(version)}">`,
    '<version>1.0</version>',
    ...texts(describe),
    '<parameters>',
    ...parameters.flatMap(parameterLines),
    '</parameters>',
    ...actionLines(describe),
    '</resource-agent>',
    '',
  ].join('\n');
}

function texts({ shortText, longText }: { readonly shortText: string; readonly longText: string }): string[] {
  return [
    `<longdesc lang="en">${escaped(longText)}</longdesc>`,
    `<shortdesc lang="en">${escaped(shortText)}</shortdesc>`,
  ];
}

function parameterLines(parameter: ParameterDescription): string[] {
  const { name, type, required = false, unique = false } = parameter;
  const value = parameter.default === undefined ? '' : ` default="${escaped(parameter.default)}"`;
  return [
    `<parameter name="${escaped(name)}" required="${bit(required)}" unique="${bit(unique)}">`,
    ...texts(parameter),
    `<content type="${type}"${value} />`,
    '</parameter>',
  ];
}

function actionLines({ times: { startS, stopS, monitorS, monitorEveryS } }: AgentDescription): string[] {
  return [
    '<actions>',
    `<action name="start" timeout="${startS}s" />`,
    `<action name="stop" timeout="${stopS}s" />`,
    `<action name="status" timeout="${monitorS}s" />`,
    `<action name="monitor" depth="0" timeout="${monitorS}s" interval="${monitorEveryS}s" />`,
    `<action name="validate-all" timeout="${validateS}s" />`,
    `<action name="meta-data" timeout="${metaDataS}s" />`,
    '</actions>',
  ];
}

const bit = (flag: boolean): string => (flag ? '1' : '0');

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}
