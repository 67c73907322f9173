/** One line of text per event and effect: log, transcript and history share it. Heartbeat's key phrases are kept, monitoring looks for them. */
import type { Action, Effect, LogLevel } from './events.js';
import type { MembershipEvent } from './membership/membership.js';
import { stepNames } from './resources/plan.js';

export interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
}

/** The log lines of a membership event, none for what is no news to a human. */
export function describeMembership(event: MembershipEvent): LogLine[] {
  switch (event.kind) {
    case 'state':
      return [{ level: 'info', text: `Status update for node ${event.node}: status ${event.to}` }];
    case 'dead':
      return [{ level: 'warn', text: `node ${event.node}: is dead${silence(event.silentMs)}` }];
    case 'left':
      return [{ level: 'info', text: `Received shutdown notice from '${event.node}'.` }];
    case 'restarted':
      return [{ level: 'info', text: `Heartbeat restart on node ${event.node}` }];
    case 'returned':
      return [
        { level: 'crit', text: `Cluster node ${event.node} returning after partition.` },
        { level: 'warn', text: 'Deadtime value may be too small.' },
      ];
    case 'late':
      return [lateHeartbeat(event)];
    case 'link':
      return [{ level: 'info', text: `Link ${event.node}:${event.link} ${event.state}.` }];
    case 'changed':
      return [];
    default:
      return event satisfies never;
  }
}

/** One line for a view. */
export function describeView(members: readonly string[], agreed: boolean, reason: string): string {
  const names = members.length === 0 ? 'none' : members.join(' ');
  return `View: ${names} (${agreed ? 'agreed' : 'not agreed yet'}, ${reason})`;
}

/** One line for an action: "start IPaddr2::10.0.0.1/24/eth0 (a is preferred)". */
export function describeAction(action: Action, reason: string): string {
  return `${action.operation} ${stepNames(action.resources)} (${reason})`;
}

/** One line for an effect. */
export function describeEffect(effect: Effect): string {
  switch (effect.type) {
    case 'send':
      return `send ${effect.bytes.length} bytes`;
    case 'ping':
      return `ping ${effect.node} with ${effect.bytes.length} bytes`;
    case 'run':
      return `run ${describeAction(effect.action, effect.reason)}`;
    case 'hook':
      return `hook ${effect.hook} of ${effect.group} (${effect.reason})`;
    case 'check':
      return `check ${effect.check.name}`;
    case 'cancel':
      return `cancel action ${effect.ticket} (${effect.reason})`;
    case 'announce':
      return `announce ${stepNames(effect.resources)} (${effect.reason})`;
    case 'announceFor':
      return `announce ${stepNames(effect.resources)} for ${effect.node} (${effect.reason})`;
    case 'reply':
      return `reply ${effect.result.ok ? 'ok' : 'refused'}: ${effect.result.text}`;
    case 'log':
      return `${effect.level}: ${effect.text}`;
    case 'clients':
      return `start programs (${effect.reason})`;
    case 'script':
      return `script ${effect.name} (${effect.reason})`;
    case 'save':
      return 'save';
    case 'exit':
      return `exit ${effect.code}: ${effect.reason}`;
    default:
      return effect satisfies never;
  }
}

function silence(silentMs: number | null): string {
  return silentMs === null ? ' (never heard)' : ` (silent for ${Math.round(silentMs)} ms)`;
}

function lateHeartbeat({ node, intervalMs, fatal }: { node: string; intervalMs: number; fatal: boolean }): LogLine {
  const text = `Late heartbeat: Node ${node}: interval ${Math.round(intervalMs)} ms`;
  return fatal ? { level: 'crit', text: `${text} (> deadtime)` } : { level: 'warn', text };
}
