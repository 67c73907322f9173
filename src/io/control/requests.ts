/** From a line of the control socket to a request that the types promise. */
import type { Command, ResourceSet } from '../../events.js';
import type { ControlRequest } from '../control-protocol.js';

/** A request, or why it is none; `id` is 0 when the line did not even have one. */
export type ParsedRequest =
  | { readonly ok: true; readonly request: ControlRequest }
  | { readonly ok: false; readonly id: number; readonly text: string };

const maxNameCharacters = 1000;
const mostNames = 100;
const sets: ReadonlySet<unknown> = new Set<ResourceSet>(['all', 'local', 'foreign', 'failback']);

type Fields = Readonly<Record<string, unknown>>;

const name = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= maxNameCharacters;
const names = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.length <= mostNames && value.every(name);
const set = (value: unknown): value is ResourceSet => sets.has(value);

function commandOf(fields: Fields): Command | null {
  const { verb, node, nodes, group } = fields;
  switch (verb) {
    case 'node-standby':
    case 'node-online':
      return name(node) ? { verb, node } : null;
    case 'node-add':
    case 'node-forget':
      return names(nodes) ? { verb, nodes } : null;
    case 'move':
      return name(group) && name(node) ? { verb, group, node } : null;
    case 'clear':
    case 'cleanup':
    case 'start':
    case 'stop':
    case 'restart':
    case 'manage':
    case 'unmanage':
      return name(group) ? { verb, group } : null;
    case 'maintenance':
      return typeof fields.on === 'boolean' && (node === null || name(node)) ? { verb, node, on: fields.on } : null;
    case 'standby':
    case 'takeover':
      return set(fields.set) ? { verb, set: fields.set } : null;
    default:
      return null;
  }
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null ? (value as Fields) : null;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Not JSON is answered like any other line that is no request.
    return null;
  }
}

/** Reads one line. Never throws: what comes from a socket may be anything. */
export function parseRequest(line: string): ParsedRequest {
  const fields = fieldsOf(parsed(line));
  if (fields === null) return { ok: false, id: 0, text: 'the request is not a JSON object' };
  const { id, ask } = fields;
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) return { ok: false, id: 0, text: 'the request has no id' };
  if (ask === 'status') return { ok: true, request: { id, ask } };
  if (ask !== 'command') return { ok: false, id, text: 'the daemon does not know this request' };
  const command = commandOf(fieldsOf(fields.command) ?? {});
  if (command === null) return { ok: false, id, text: 'the daemon does not know this command or misses a part of it' };
  return { ok: true, request: { id, ask, command } };
}
