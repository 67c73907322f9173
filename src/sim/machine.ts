/** The resources of one simulated machine: what is really up there, whatever the daemon believes. */
import type { GroupConfig, ResourceConfig } from '../config/types.js';
import type { Action, Milliseconds, Operation, ResourceOutcome } from '../events.js';
import type { AgentModel, Deed } from './agents.js';

interface SimResource {
  readonly config: ResourceConfig;
  up: boolean;
  /** The operation an agent is busy with, or null. */
  busy: Operation | null;
  /** The busy operation will only end by its time limit. */
  hanging: boolean;
  /** A stop has failed or timed out since the resource was last known to be down. */
  stopFailed: boolean;
}

interface SimGroup {
  readonly config: GroupConfig;
  readonly resources: readonly SimResource[];
  held: boolean;
}

/** An action on its way. */
export interface Running {
  readonly action: Action;
  readonly endsAt: Milliseconds;
  readonly deeds: readonly { readonly resource: SimResource; readonly deed: Deed }[];
  /** Which life of the machine started it: a power-off ends every agent. */
  readonly life: number;
}

/** What a machine tells the world. */
export interface MachineReports {
  /** A group began or ceased to be (partly) up or on its way up. */
  readonly holding: (group: string, held: boolean) => void;
  /** The daemon asked for something it must never ask for. */
  readonly misuse: (text: string) => void;
}

export class Machine {
  private readonly groups = new Map<string, SimGroup>();
  private life = 0;
  /** Operations that did not succeed, ever. */
  failures = 0;

  constructor(
    readonly node: string,
    groups: readonly GroupConfig[],
    private readonly agents: AgentModel,
    private readonly reports: MachineReports,
  ) {
    for (const config of groups)
      this.groups.set(config.name, { config, resources: config.resources.map(down), held: false });
  }

  /** Whether any resource of the group is up or being started here. One that is being stopped is up until that has succeeded. */
  holds(group: string): boolean {
    return this.groups.get(group)?.held ?? false;
  }

  /** Whether all resources of the group are up and no agent is busy with one. */
  serves(group: string): boolean {
    return this.groups.get(group)?.resources.every(({ up, busy }) => up && busy === null) ?? false;
  }

  /** Whether the group cannot be freed: a stop failed, or an agent hangs. */
  stuck(group: string): boolean {
    return this.groups.get(group)?.resources.some(({ hanging, stopFailed }) => hanging || stopFailed) ?? false;
  }

  /** Whether any agent is at work. */
  get busy(): boolean {
    for (const { resources } of this.groups.values()) if (resources.some(({ busy }) => busy !== null)) return true;
    return false;
  }

  /** Names of groups that are up here with nobody doing anything about it. */
  idle(): string[] {
    const groups = [...this.groups.values()];
    return groups
      .filter(({ resources }) => resources.some(({ up }) => up) && resources.every(({ busy }) => busy === null))
      .map(({ config }) => config.name);
  }

  /** Names of the groups held here. */
  held(): string[] {
    return [...this.groups.values()].filter(({ held }) => held).map(({ config }) => config.name);
  }

  /** Starts the agents of an action; `finish` is to be called at `endsAt`. */
  begin(action: Action, at: Milliseconds): Running {
    const group = this.groups.get(action.group);
    const deeds: { resource: SimResource; deed: Deed }[] = [];
    let durationMs = 0;
    for (const { name } of action.resources) {
      const resource = group?.resources.find(({ config }) => config.name === name);
      if (group === undefined || resource === undefined) {
        this.reports.misuse(`${action.operation} of ${name}, which is no resource of ${action.group}`);
        continue;
      }
      this.checkOrder(group, resource, action);
      const deed = this.agents(this.node, action.group, resource.config, action.operation, resource.up);
      resource.busy = action.operation;
      resource.hanging = deed.durationMs >= action.timeoutMs;
      deeds.push({ resource, deed });
      durationMs = Math.max(durationMs, deed.durationMs);
    }
    if (group !== undefined) this.review(group);
    return { action, endsAt: at + Math.min(durationMs, action.timeoutMs), deeds, life: this.life };
  }

  /** Ends an action: what its agents say, or null when a power-off has ended them. */
  finish({ action, deeds, life }: Running): ResourceOutcome[] | null {
    if (life !== this.life) return null;
    const outcomes = deeds.map(({ resource, deed }) => this.settle(resource, deed, action));
    const group = this.groups.get(action.group);
    if (group !== undefined) this.review(group);
    return outcomes;
  }

  powerOff(): void {
    this.life++;
    for (const group of this.groups.values()) {
      for (const resource of group.resources) Object.assign(resource, down(resource.config));
      this.review(group);
    }
  }

  private settle(resource: SimResource, deed: Deed, action: Action): ResourceOutcome {
    const timedOut = deed.durationMs >= action.timeoutMs;
    const succeeded = deed.succeeds && !timedOut;
    resource.busy = null;
    resource.hanging = false;
    resource.up = deed.upAfter;
    if (action.operation === 'stop') resource.stopFailed = !succeeded;
    if (!succeeded) this.failures++;
    const name = resource.config.name;
    if (timedOut) return { resource: name, outcome: 'timedOut', exitCode: null, text: 'time limit reached' };
    if (!succeeded) return { resource: name, outcome: 'failed', exitCode: 1, text: 'simulated failure' };
    if (action.operation !== 'status') return { resource: name, outcome: 'succeeded', exitCode: 0, text: '' };
    return { resource: name, outcome: resource.up ? 'running' : 'stopped', exitCode: resource.up ? 0 : 3, text: '' };
  }

  /** One operation at a time on a resource, and no start before everything left of it in the group is up. */
  private checkOrder(group: SimGroup, resource: SimResource, action: Action): void {
    const { operation } = action;
    const name = resource.config.name;
    if (resource.busy !== null) this.reports.misuse(`${operation} of ${name} while its ${resource.busy} is running`);
    if (operation !== 'start') return;
    for (const earlier of group.resources) {
      if (earlier === resource) return;
      const together = action.resources.some((other) => other.name === earlier.config.name);
      if (!earlier.up && !together) this.reports.misuse(`start of ${name} while ${earlier.config.name} is not up`);
    }
  }

  private review(group: SimGroup): void {
    const held = group.resources.some(({ up, busy }) => up || busy === 'start');
    if (held === group.held) return;
    group.held = held;
    this.reports.holding(group.config.name, held);
  }
}

function down(config: ResourceConfig): SimResource {
  return { config, up: false, busy: null, hanging: false, stopFailed: false };
}
