/**
 * Which scripts of rc.d run, and with what: one named like the type of a message that another node sent, and `status`
 * when the state of a node changes (heartbeat-behaviour, 4.4 and 5.6).
 */
import { handledTypes } from '../config/handled-types.js';
import type { Effect, ScriptCall } from '../events.js';
import type { Message, Trusted } from '../wire/message.js';
import type { MembershipEvent } from './membership.js';

/** No more of a message than this goes into an environment: the kernel refuses to start a program with too much. */
const fieldsMax = 64;
const valueLengthMax = 4096;

/**
 * Names of fields that become variables. Heartbeat's own are in small letters; what matters to scripts and shells (HA_DIR,
 * HA_BIN, HA_FUNCS, HA_LOGFILE ...) is in capitals, and no message may say it.
 */
const fieldName = /^[a-z][a-z0-9_]*$/;
const printable = /^[^\p{Cc}]*$/u;
/** The signature says nothing to a script. */
const leftOut = 'auth';
const none: readonly Effect[] = [];
const effect = (call: ScriptCall): readonly Effect[] => [{ type: 'script', ...call }];

export class RcScripts {
  private readonly names: ReadonlySet<string>;
  /** State of each node as a script was told it last. */
  private readonly told = new Map<string, string>();

  /** `names`: the scripts there are, in lower case. */
  constructor(names: readonly string[]) {
    this.names = new Set(names);
  }

  /** The script of a message from node `from`; only an authentic one comes so far. */
  ofMessage(from: string, message: Trusted<Message>): readonly Effect[] {
    if (this.names.size === 0) return none;
    const name = message.get('t')?.toLowerCase() ?? '';
    // Those of `status` run when something changes, not with every heartbeat.
    if (name === 'status' || handledTypes.has(name) || !this.names.has(name)) return none;
    return effect({ name, env: variables(message), reason: `${from} sent ${name}` });
  }

  /** The script of a change: a node is up, active or dead. */
  ofEvent(event: MembershipEvent): readonly Effect[] {
    switch (event.kind) {
      case 'state':
        return this.ofState(event.node, event.to);
      case 'dead':
        return this.ofState(event.node, 'dead');
      // Heartbeat knows no word for a node that left in order.
      case 'left':
        return this.ofState(event.node, 'dead');
      default:
        return none;
    }
  }

  /** Node `node`, which may be this one, is in another state. */
  ofState(node: string, state: string): readonly Effect[] {
    if (!this.names.has('status')) return none;
    const word = state === 'left' ? 'dead' : state;
    const before = this.told.get(node) ?? 'init';
    if (word === before) return none;
    this.told.set(node, word);
    // Heartbeat's word for a dead ping node.
    const info = before === 'ping' ? { HA_info: 'ping' } : {};
    const env = { HA_t: 'status', HA_src: node, HA_st: word, HA_OSTATUS: before, ...info };
    return effect({ name: 'status', env, reason: `${node} is ${word}` });
  }
}

/** The text fields of a message as HA_ variables; of two of a name the first counts, as everywhere. */
function variables({ fields }: Message): Record<string, string> {
  const env: Record<string, string> = {};
  for (const { name, type, value } of fields.slice(0, fieldsMax)) {
    if (type !== 0 || name === leftOut || !fieldName.test(name) || `HA_${name}` in env) continue;
    if (value.length <= valueLengthMax && printable.test(value)) env[`HA_${name}`] = value;
  }
  return env;
}
