/** A small cluster's configuration for tests, without files. */
import type {
  AuthKeys,
  ClusterConfig,
  GroupConfig,
  Hooks,
  PingNodeConfig,
  Timing,
  Watch,
} from '../../src/config/types.js';
import { simConfig } from '../../src/sim/config.js';

/** What a test wants different from two nodes `a` and `b`, two links and one address that prefers `a`. */
export interface TestConfig {
  readonly nodes?: readonly string[];
  readonly links?: readonly string[];
  readonly timing?: Partial<Timing>;
  readonly groups?: readonly Partial<GroupWords>[];
  readonly overrides?: Partial<ClusterConfig>;
}

interface GroupWords {
  readonly preferred: string;
  readonly resources: readonly string[];
  readonly failback: boolean;
  readonly nodeOrder: readonly string[];
  readonly alias: string;
  readonly hooks: Partial<Hooks>;
  /** Of every resource of the group. */
  readonly watch: Partial<Watch>;
}

/** keepalive 1 s, deadtime 3 s, initdead 6 s: round numbers that are easy to follow in a test. */
export const testTiming: Timing = {
  keepaliveMs: 1000,
  warntimeMs: 1500,
  deadtimeMs: 3000,
  initdeadMs: 6000,
  deadpingMs: 3000,
};

/** The name of the only group of the default configuration. */
export const webGroup = 'IPaddr2::10.0.0.1/24/eth0';

export function testConfig(wishes: TestConfig = {}): ClusterConfig {
  const nodes = wishes.nodes ?? ['a', 'b'];
  const words = (wishes.groups ?? [{}]).map((group) => ({
    preferred: nodes[0] ?? '',
    resources: [webGroup],
    failback: true,
    ...group,
  }));
  const config = simConfig({
    nodes,
    links: wishes.links ?? ['eth0', 'eth1'],
    groups: words,
    timing: { ...testTiming, ...wishes.timing },
    timeouts: { startMs: 10_000, stopMs: 20_000, statusMs: 5000, monitorMs: 5000 },
  });
  const groups = config.groups.map((group, index) => {
    const { alias = null, hooks, watch } = words[index] ?? {};
    const resources = group.resources.map((one) => ({ ...one, watch: { ...one.watch, ...watch } }));
    return { ...group, alias, resources, hooks: { ...group.hooks, ...hooks } };
  });
  return { ...config, groups, ...wishes.overrides };
}

/** The only group of a configuration with these words. */
export function testGroup(words: Partial<GroupWords> = {}): GroupConfig {
  const [group] = testConfig({ groups: [words] }).groups;
  if (group === undefined) throw new RangeError('a configuration without a group');
  return group;
}

/** One sha1 key. */
export function testAuth(secret = 'a test key'): AuthKeys {
  return { active: 1, keys: new Map([[1, { method: 'sha1', secret }]]) };
}

/** Ping nodes of these names. */
export function pingConfigs(...names: string[]): PingNodeConfig[] {
  return names.map((name) => ({ name, plugin: 'ping', family: 4, hosts: [name] }));
}
