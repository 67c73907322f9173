/** Compares what the nodes say of the cluster with what is so. */
import type { GroupConfig } from '../config/types.js';
import type { Status } from '../status.js';
import type { World } from './world.js';

export class Health {
  constructor(private readonly world: World) {}

  /** Why the nodes have not all met, or null. */
  notMet(): string | null {
    for (const node of this.world.nodes) {
      if (node.state !== 'running') return `${node.name} is ${node.state}`;
      if (node.leaving) return `${node.name} is on its way out`;
      const { view } = this.status(node.index);
      const expected = this.world.config.nodes.length;
      if (view.members.length !== expected || !view.agreed || !view.quorate)
        return `${node.name} sees ${view.members.join(' ') || 'nobody'}${view.agreed ? '' : ', not agreed'}`;
    }
    return null;
  }

  /** Whose agents are at work, or null. */
  stillBusy(): string | null {
    const busy = this.world.nodes.filter(({ machine }) => machine.busy).map(({ name }) => name);
    return busy.length === 0 ? null : `agents are at work on ${busy.join(' ')}`;
  }

  /** Why not every group runs on exactly one node, the right one, with every node saying so, or null. */
  notOwned(): string | null {
    const lack = this.notMet();
    if (lack !== null) return lack;
    const statuses = this.world.nodes.map(({ index }) => this.status(index));
    for (const group of this.world.config.groups) {
      const lacking = this.notRight(group, statuses);
      if (lacking !== null) return lacking;
    }
    return null;
  }

  private notRight({ name, failback, nodeOrder }: GroupConfig, statuses: readonly Status[]): string | null {
    const holders = this.world.holders(name);
    const [owner] = holders;
    if (owner === undefined || holders.length > 1) return `${name} is held by ${holders.join(' and ') || 'nobody'}`;
    if (!this.world.node(owner).machine.serves(name)) return `${name} is only partly up on ${owner}`;
    if (failback && owner !== nodeOrder[0]) return `${name} has not returned from ${owner} to ${nodeOrder[0]}`;
    for (const status of statuses) {
      const told = status.groups.find((group) => group.name === name);
      if (told?.owner !== owner)
        return `${status.node} says that ${told?.owner ?? 'nobody'} owns ${name}, but it is ${owner}`;
      if (status.node === owner && told.state !== 'started') return `${owner} says that ${name} is ${told.state}`;
    }
    return null;
  }

  /** Nodes that say a group is started on themselves when it is not, or that they hold nothing of it when they do. */
  lies(): string[] {
    const lies: string[] = [];
    for (const node of this.world.nodes) {
      if (node.state !== 'running') continue;
      for (const { name, owner, state } of this.status(node.index).groups) {
        const says = `${node.name} says that ${name} is ${state}, owned by ${owner ?? 'nobody'}`;
        if (owner === node.name && state === 'started' && !node.machine.serves(name))
          lies.push(`${says}, but it is not up there`);
        if (owner !== node.name && state !== 'failed' && node.machine.serves(name) && !node.machine.stuck(name))
          lies.push(`${says}, but it is up on ${node.name}`);
      }
    }
    return lies;
  }

  private status(index: number): Status {
    const node = this.world.nodes[index];
    if (node?.core == null) throw new RangeError('a node that is off has no status');
    return node.core.status(node.localTime(this.world.now), this.world.now);
  }
}
