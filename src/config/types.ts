/** What the four configuration files mean, after parsing. Pure data: times in milliseconds, names lower-cased where Heartbeat does. */

/** One thing wrong (or doubtful) in a file. `line` and `column` count from 1; `text` is one plain sentence. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: 'error' | 'warning';
  readonly text: string;
}

/** Intervals that decide who is alive. All in milliseconds. */
export interface Timing {
  /** Interval between two heartbeats of a node. Default 1000. */
  readonly keepaliveMs: number;
  /** A heartbeat later than this is worth a warning. Default deadtime / 2. */
  readonly warntimeMs: number;
  /** Silence after which a node is dead. Default 30000. Announced to the peers, who use it for us. */
  readonly deadtimeMs: number;
  /** The same, after start-up, until every node was heard once. */
  readonly initdeadMs: number;
  /** Silence after which a ping node is dead. Default deadtime. */
  readonly deadpingMs: number;
}

/** One configured way to send heartbeats; `device` is also the link's name in status and logs. */
export type MediumConfig =
  | { readonly type: 'bcast'; readonly device: string; readonly port: number }
  | { readonly type: 'ucast'; readonly device: string; readonly host: string; readonly port: number }
  | {
      readonly type: 'mcast';
      readonly device: string;
      readonly group: string;
      readonly port: number;
      readonly ttl: number;
      readonly loop: boolean;
    }
  | { readonly type: 'ucast6'; readonly device: string; readonly host: string; readonly port: number }
  | {
      readonly type: 'mcast6';
      readonly device: string;
      readonly group: string;
      readonly port: number;
      readonly hops: number;
      readonly loop: boolean;
    }
  /** `device` is the tty's path; `baud` its speed in bits a second. */
  | { readonly type: 'serial'; readonly device: string; readonly baud: number };

/**
 * A host outside the cluster, or several that stand for one another, that a node asks for an echo to know whether its own
 * way into the world works.
 */
export interface PingNodeConfig {
  /** The host as written, or the group's name, lower-case: its name in status, logs and on the wire. */
  readonly name: string;
  /** The directive, which is the message's `info` on the wire. */
  readonly plugin: 'ping' | 'ping6' | 'ping_group';
  readonly family: 4 | 6;
  /** Addresses or host names. One but for a group, of which any member's answer counts. */
  readonly hosts: readonly string[];
}

/** An address as an operator writes it: `ip[/prefix[/interface[:label]][/broadcast]]`. */
export interface AddressConfig {
  readonly family: 4 | 6;
  /** The address in canonical text form. */
  readonly address: string;
  /** Prefix length in bits; null = taken from the route to the address (32 or 128 when there is none). */
  readonly prefix: number | null;
  /** null = the interface of the route to the address. */
  readonly device: string | null;
  /** The part after the colon: `eth0:web` has the label `web`. */
  readonly label: string | null;
  /** Explicit broadcast address; null = computed. */
  readonly broadcast: string | null;
}

/** Time limits of a resource's actions, in milliseconds. */
export interface Timeouts {
  readonly startMs: number;
  readonly stopMs: number;
  /** Of the look at the start whether it runs already. */
  readonly statusMs: number;
  readonly monitorMs: number;
}

/** What runs a resource's agent, and how it answers. */
export type ResourceClass = 'builtin' | 'heartbeat' | 'lsb' | 'ocf' | 'systemd';

/** How a resource that runs is watched, and what follows when it fails. Times in milliseconds. */
export interface Watch {
  /** From the end of one monitor action to the next; null = it is not looked at. */
  readonly intervalMs: number | null;
  /** `restart`: in place, until `migrationThreshold`. `move`: to another node at once, if one can have it. `ignore`: it is only told. */
  readonly onFail: 'restart' | 'move' | 'ignore';
  /** So many failures on one node, and the group goes to another that can have it; 0 = never. */
  readonly migrationThreshold: number;
  /** A failure counts for so long; null = until `cleanup`. */
  readonly failureTimeoutMs: number | null;
}

/** One word of a haresources line. */
export interface ResourceConfig {
  /** As written in haresources: the name that users, logs and commands use. */
  readonly name: string;
  readonly agent: string;
  readonly args: readonly string[];
  /** OCF parameters by name, without OCF_RESKEY_; empty for other classes. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly class: ResourceClass;
  /** Absolute path of the script, the name of a systemd unit; null for built-in agents. */
  readonly path: string | null;
  /** Set for the built-in address agents (IPaddr, IPaddr2, IPv6addr), null otherwise. */
  readonly address: AddressConfig | null;
  readonly timeouts: Timeouts;
  readonly watch: Watch;
}

/** Commands around a group's transitions, run by a shell and awaited; null = none. */
export interface Hooks {
  readonly beforeStart: string | null;
  readonly afterStart: string | null;
  readonly beforeStop: string | null;
  readonly afterStop: string | null;
  /** Limit of each, in milliseconds. */
  readonly timeoutMs: number;
}

/** A command that says how well a node is, run again and again on every node (keepalived's track_script). */
export interface HealthCheck {
  readonly name: string;
  /** A shell reads it; exit code 0 = well. */
  readonly command: string;
  /** From the end of one run to the next, and the limit of one, in milliseconds. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** So many good runs in a row make a failed check good again; so many bad ones make it failed. */
  readonly rise: number;
  readonly fall: number;
  /** What a failed check takes off the node's health; null = the node can hold nothing then. */
  readonly weight: number | null;
}

/** One line of haresources. */
export interface GroupConfig {
  /** The first resource as written. */
  readonly name: string;
  readonly alias: string | null;
  /** Short hash of `name`, 8 characters of base64url: names the group on the wire. Unique within a configuration. */
  readonly id: string;
  /** The node haresources names, lower-cased. */
  readonly preferred: string;
  /** Every node that may own the group, best first; starts with `preferred` unless resources.ini says otherwise. */
  readonly nodeOrder: readonly string[];
  /** Whether the group returns to a better node as soon as that one is there. */
  readonly failback: boolean;
  readonly resources: readonly ResourceConfig[];
  readonly hooks: Hooks;
  /** Line of haresources, from 1. */
  readonly line: number;
}

/** Who may join the cluster without a `node` line: others, or this node itself too. */
export type Autojoin = 'other' | 'any';

export interface LoggingConfig {
  /** syslog facility name, or null for no syslog. */
  readonly facility: string | null;
  readonly logfile: string | null;
  readonly debugfile: string | null;
  /** 0 to 255. */
  readonly debug: number;
  /** Heartbeat's two line forms of log files. */
  readonly syslogmsgfmt: boolean;
}

export type AuthMethod = 'crc' | 'md5' | 'sha1' | 'sha256';

export interface AuthKey {
  readonly method: AuthMethod;
  /** The word in authkeys; null for crc. */
  readonly secret: string | null;
}

export interface AuthKeys {
  /** Number (0 to 15) of the key that signs. */
  readonly active: number;
  readonly keys: ReadonlyMap<number, AuthKey>;
}

/** A program that runs beside the daemon while its node is active: `respawn`, `failfast`. */
export interface ClientConfig {
  readonly user: string;
  /** Command and arguments as written: a shell reads them. */
  readonly command: string;
  /** Whether the node leaves the cluster when it fails. */
  readonly failfast: boolean;
  /** Line of ha.cf, from 1. */
  readonly line: number;
}

/** Whom an `apiauth` line names: names, or numbers in decimal. */
export interface ApiauthEntry {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/** Everything the cluster needs to know, from ha.cf, haresources and resources.ini. */
export interface ClusterConfig {
  /** Cluster members, lower-case, in ha.cf order. */
  readonly nodes: readonly string[];
  readonly timing: Timing;
  readonly media: readonly MediumConfig[];
  /** In ha.cf order. */
  readonly pingNodes: readonly PingNodeConfig[];
  readonly groups: readonly GroupConfig[];
  /** In the order of resources.ini. */
  readonly healthChecks: readonly HealthCheck[];
  readonly logging: LoggingConfig;
  readonly msgfmt: 'classic' | 'netstring';
  readonly autoFailback: 'on' | 'off' | 'legacy';
  /** 0 to 255; the wire's ttl is this plus the number of nodes, ping nodes included. */
  readonly hopfudge: number;
  /** Upper bound of the wait before a retransmission is asked for, and the interval between two requests. */
  readonly maxRexmitDelayMs: number;
  readonly realtime: boolean;
  /** Absent: `autojoin none`. Only a cluster without groups has it. */
  readonly autojoin?: Autojoin;
  readonly hbgenmethod: 'file' | 'time';
  /** Every recorded ha.cf parameter as written, defaults included: `cl_status hbparameter` and the agents' HA_* variables. */
  readonly parameters: Readonly<Record<string, string>>;
  /** `env` directives: name (without HA_) to value. */
  readonly environment: Readonly<Record<string, string>>;
  /** In the order of ha.cf. */
  readonly clients: readonly ClientConfig[];
  /** `apiauth` directives by name. */
  readonly apiauth: Readonly<Record<string, ApiauthEntry>>;
  /** Names of the scripts of rc.d that messages of that type run. */
  readonly scripts: readonly string[];
  /** Digest of what must be the same on every node (node names, haresources, resources.ini), 8 characters of base64url. */
  readonly digest: string;
}

/** A file `PROVIDER/TYPE` below /usr/lib/ocf/resource.d. */
export interface OcfAgent {
  readonly provider: string;
  readonly type: string;
  readonly path: string;
  readonly executable: boolean;
}

/** What the parsers must know of the host; gathered by the shell so that parsing stays pure. */
export interface HostFacts {
  /** Own node name, lower-case. */
  readonly nodeName: string;
  /**
   * Absolute path of the executable that Heartbeat's search order (resource.d, then /etc/init.d) finds for an agent name,
   * or null; with `only`, of that class.
   */
  readonly findAgent: (
    name: string,
    only?: 'heartbeat' | 'lsb',
  ) => { readonly path: string; readonly class: 'heartbeat' | 'lsb' } | null;
  /** OCF agents, and files that would be if they were executable, in the order in which a type is looked up. */
  readonly ocfAgents?: readonly OcfAgent[];
  /** The files `conf/OCF/TYPE/INSTANCE` beside ha.cf, by `TYPE/INSTANCE`. */
  readonly ocfInstances?: ReadonlyMap<string, FileText>;
  /** Names of systemd's unit files; units are not judged where these are not known. */
  readonly units?: ReadonlySet<string>;
  /** Those that systemd starts at boot. */
  readonly enabledUnits?: ReadonlySet<string>;
  /** Names of files that lie where agents do and would be found if they were executable. */
  readonly notExecutable?: ReadonlySet<string>;
  /** Agents whose script asks for a program that is not there, and that program. */
  readonly missingInterpreters?: ReadonlyMap<string, string>;
  /** Set when there is no `ip`, without which no address can be brought up. */
  readonly lacksIp?: boolean;
  /** Names of all agents there are, for "did you mean". */
  readonly agentNames: readonly string[];
  /** Names of the network interfaces there are now. */
  readonly interfaces: readonly string[];
  /** Port of the service ha-cluster/udp, or null. */
  readonly haClusterPort: number | null;
  /** Names of /etc/passwd and /etc/group; names are not judged where these are not known. */
  readonly users?: ReadonlySet<string>;
  readonly groups?: ReadonlySet<string>;
  /** Names of rc.d's scripts that are run; none when not known. */
  readonly scripts?: readonly string[];
}

/** A file's text as read, or why it could not be. `mode` is the permission bits (authkeys is checked). */
export type FileText =
  | { readonly path: string; readonly text: string; readonly mode: number; readonly regular: boolean }
  | {
      readonly path: string;
      /** Why there is no text, in plain words. */
      readonly missing: string;
      /** Set when there is something at the path, but it cannot be read: then even an optional file is an error. */
      readonly unreadable?: boolean;
    };

/** The files of one configuration directory. */
export interface ConfigFiles {
  readonly haCf: FileText;
  readonly authkeys: FileText;
  readonly haresources: FileText;
  /** Optional: its absence is no problem. */
  readonly resourcesIni: FileText;
}

/** A position in a file; line and column count from 1. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A resource whose agent is an OCF one, and where each of its parameters is written: for what its meta-data says of them. */
export interface OcfUse {
  readonly agent: string;
  /** Of the agent's executable. */
  readonly path: string;
  readonly place: FilePlace;
  readonly parameters: ReadonlyMap<string, FilePlace>;
  /** Whether they come from the positions of a classic agent's arguments, where Heartbeat lets more be left out. */
  readonly classic: boolean;
}

/** What all files together give. `cluster` and `auth` are null when there is an error that leaves nothing to run with. */
export interface ConfigResult {
  readonly cluster: ClusterConfig | null;
  /** The same, but there also when ha.cf has errors: not to run a node by, but it knows what may have to be stopped. */
  readonly stoppable: ClusterConfig | null;
  readonly auth: AuthKeys | null;
  /** In the order of haresources. */
  readonly ocf: readonly OcfUse[];
  /** Sorted by file, line, column. */
  readonly problems: readonly Problem[];
}
