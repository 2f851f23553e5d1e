/**
 * What the core needs from an engine.  Two implementations: `engine/docker` (a real one, through its API and the
 * helper) and `engine/demo` (a simulated one).  Nothing above this file knows which it talks to.
 */
import type { Former, GiveWay } from '../../shared/contract/journal.ts';
import type { ErrorShape } from '../../shared/errors.ts';
import type { Power } from '../../shared/methods/model.ts';
import type { Counted } from '../../shared/policy/counted.ts';
import type { Ruleset } from '../../shared/policy/model.ts';
import type { Firewall } from '../../shared/topology/firewall.ts';
import type { Topology } from '../../shared/topology/model.ts';
import type { Management } from './domains/index.ts';

/** Whether the engine answers.  `reconnecting` carries why, and how many tries have failed since. */
export type DriverHealth =
  | { readonly phase: 'connected' }
  | { readonly phase: 'reconnecting'; readonly error: ErrorShape; readonly attempt: number };

/** An attachment as it is asked of the engine: its `EndpointConfig`, handed through as it came. */
export type EndpointSettings = Readonly<Record<string, unknown>>;

/** Is told what leads back before it is done; nothing is done where it rejects. */
export type Keep<T> = (back: T) => Promise<void>;

/** What is to be kept before a container makes way for another, and while it does: so that a crash leaves no half of it. */
export interface Keeping<T> {
  readonly former?: Keep<T>;
  readonly giveWay?: Keep<GiveWay>;
}

/** Changes of networks and links, for the methods besides the firewall.  Each rejects with `BulkheadError`. */
export interface RebuildActions {
  /**
   * Makes a network of the same kind under another name, with addresses of its own; resolves with its id.
   *
   * @param token by which it is found again where the answer is lost (`STEP_LABEL`).
   */
  createNetworkLike(like: string, name: string, token: string): Promise<string>;
  /** The former address is asked for, and given up where the engine does not take it. */
  connect(network: string, container: string, settings: EndpointSettings): Promise<void>;
  /** Resolves with the settings that were: what `connect` takes to go back. */
  disconnect(network: string, container: string, former?: Keep<EndpointSettings>): Promise<EndpointSettings>;
  removeNetwork(network: string): Promise<void>;
  /** A bridge of the engine's usual kind; resolves with its id. */
  createNetwork(name: string, token: string): Promise<string>;
  /**
   * What would be lost when the container was made anew; null: nothing.
   *
   * @param without what is to be taken away from it, which another container may stand in the way of.
   */
  obstacleToRecreate(
    container: string,
    without?: Power,
  ): Promise<{ readonly rule: 'T7' | 'T8' | 'T12'; readonly params: Readonly<Record<string, string>> } | null>;
  /**
   * Makes the container anew, without its links to `without` (names) and with `links`; resolves with its new id and what
   * was removed, as `links` takes it.  Where that fails, the old one is as it was.
   */
  recreate(
    container: string,
    edit: { readonly without: readonly string[]; readonly links: readonly RemovedLink[] },
    keeping?: Keeping<readonly RemovedLink[]>,
  ): Promise<{ readonly id: string; readonly removed: readonly RemovedLink[] }>;
  /**
   * Makes the container anew without a power; resolves with what `giveBack` takes.  Where that fails, the old one is as it
   * was.
   */
  recreateWithout(container: string, edit: PowerEdit, keeping?: Keeping<Former>): Promise<Former>;
  /** Makes it anew as it was before, unless it is so already. */
  giveBack(container: string, former: Former, keeping?: Pick<Keeping<never>, 'giveWay'>): Promise<void>;
  /**
   * Ends what a crash left of a container that made way for another: the other, where it has run, takes its place for good;
   * else it goes, and the first has its name again and runs if it did.  Left out where nothing can be cut off.
   *
   * @throws BulkheadError `ENGINE_REFUSED`: somebody else has its name; nothing was done.
   */
  restore?(way: GiveWay): Promise<void>;
}

export interface PowerEdit {
  readonly power: Power;
  /** Name of the network in place of the machine's; else `''`. */
  readonly network: string;
  /** `tcp/80`: published at the same port of the machine. */
  readonly publish: readonly string[];
}

/** `network` is a name, `''` the default bridge; `text` is `target:alias`. */
export interface RemovedLink {
  readonly network: string;
  readonly text: string;
}

/** What asking registries and load balancers for their names gave; the names themselves are in the topology then. */
export interface Discovery {
  /** How many were read. */
  readonly read: number;
  /** Those that were not, and why, in words for people. */
  readonly unread: readonly { readonly containerId: string; readonly why: string }[];
}

/** Another Bulkhead that is at work on the same engine. */
export interface OtherBulkhead {
  /** `user@machine`, as it says itself. */
  readonly by: string;
  /** What its tables are called: rules in them count as other software's. */
  readonly table: string;
  /** Unix time. */
  readonly sinceMs: number;
}

export interface EngineDriver {
  readonly kind: 'docker' | 'demo';
  /** The engine's address as the user would type it after `--engine`: `unix:///var/run/docker.sock`, `demo`. */
  readonly address: string;
  /** The latest snapshot.  Always present: a driver is only handed out after its first complete listing. */
  topology(): Topology;
  /** Calls back after every change that altered the topology; returns the way to stop. */
  onTopology(listener: (topology: Topology) => void): () => void;
  /**
   * Calls back with the places (`host`, container ids) whose nftables rules somebody has changed, ourselves included, as
   * long as a wire is open; returns the way to stop.  Left out where nobody else can change any.
   */
  onRules?(listener: (places: readonly string[]) => void): () => void;
  health(): DriverHealth;
  onHealth(listener: (health: DriverHealth) => void): () => void;
  /** Lists everything again now and resolves with the new snapshot (used before truth is claimed). */
  refresh(): Promise<Topology>;
  /** The container manager's domains. */
  readonly manage: Management;
  /** Left out where networks cannot be changed. */
  readonly rebuild?: RebuildActions;
  /** Reaches the wire: starts the helper if it does not run, reporting progress.  One wire per driver is shared. */
  openWire(options: WireOptions): Promise<Wire>;
  /** Who else guards this engine.  Left out where nobody can. */
  others?(): Promise<readonly OtherBulkhead[]>;
  /**
   * Removes every object Bulkhead made on this engine (containers, images, empty networks), found by label.
   *
   * @param options `own`: of other Bulkheads nothing, nor what they rest on.
   */
  clear(options?: { readonly own?: boolean }): Promise<void>;
  /**
   * Whether anything of Bulkhead's is on the engine (helper containers, images; by label): if so, an earlier session may
   * have left tables.  Left out where nothing can outlive a driver.
   */
  hasTrace?(options?: { readonly own?: boolean }): Promise<boolean>;
  /**
   * Asks the service registries and load balancers among the containers which names they hold, and keeps the answers in
   * the topology until they stop.  Traffic of our own: only ever called because the user asked for it.  Left out where
   * there is nobody to ask.
   */
  discover?(signal: AbortSignal): Promise<Discovery>;
  close(): Promise<void>;
}

export interface WireOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: WireProgress) => void;
}

/** One step of getting the helper up.  `step` is a stable id for translation, `detail` free text of the engine. */
export interface WireProgress {
  readonly step: 'image-present' | 'image-load' | 'image-build' | 'helper-start' | 'helper-ready';
  readonly detail: string;
}

/** What the helper found it can do on this machine. */
export interface WireCapabilities extends MachineFacts {
  readonly nftVersion: string;
  readonly kernel: string;
  readonly architecture: string;
  /** Whether a table of family `bridge` with `ct state` loads here. */
  readonly bridgeConntrack: boolean;
  /** Whether one may ask of which bridge a port is (`meta ibrname`): what port admission leaves open without, says ADR 6. */
  readonly bridgeMeta?: boolean | undefined;
  /** Whether sets may count by element, and the kernel fill sets itself: without, what is refused is known by rule alone. */
  readonly elementCounters?: boolean | undefined;
  /** Whether tables as ours load at all, and those that admit ports to guarded bridges. */
  readonly inetTables?: boolean | undefined;
  readonly bridgeTables?: boolean | undefined;
  /** Whether the helper's root is another user on the machine (rootless engines, `userns-remap`). */
  readonly userNamespace?: boolean | undefined;
}

/** What only the wire tells of the machine, and what may change while it is open. */
export interface MachineFacts {
  /** `bridge-nf-call-iptables` as read; null when the module is not loaded. */
  readonly bridgeNetfilter: boolean | null;
  /** Whether docker-proxy serves published ports, by the engine's own settings; null when neither they nor one are seen. */
  readonly userlandProxy: boolean | null;
  /** Whether the engine's own chains separate networks for IPv6 too; null when that cannot be seen (legacy ip6tables). */
  readonly ip6tables: boolean | null;
  /** Whether the kernel has IPVS loaded; the engine asks for it with the first Swarm service.  Absent where the helper is older. */
  readonly ipvs?: boolean | undefined;
  /** The machine's addresses that belong to no container network, both families. */
  readonly hostAddresses: readonly string[];
  /** All of the machine's addresses, by interface; absent where the helper is older. */
  readonly interfaces?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Subnets to which the machine has routes, default ones left out, by interface; absent where the helper is older. */
  readonly routes?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Packet filters as read at one time (see `shared/topology/firewall.ts`). */
export interface FilterReading {
  /** By place; without those that are gone, and without tables of ours.  One that could not be looked at says so in `unread`. */
  readonly firewalls: ReadonlyMap<string, Firewall>;
  /** Names of the machine's interfaces that hold addresses of its own. */
  readonly outside: readonly string[];
  readonly bridged4: boolean;
  readonly bridged6: boolean;
}

/** A namespace: the host's, or that of a container's running process. */
export interface Place {
  /** `host` or the container's id. */
  readonly place: string;
  /** 0 for the host. */
  readonly pid: number;
}

/** One probe to make from inside `from`. */
export interface ProbeRequest {
  readonly from: Place;
  /** Whose stack must answer; the wire makes a temporary listener on `listenPort` there when nothing listens. */
  readonly to: Place;
  readonly address: string;
  readonly port: number;
  /** The port inside `to` that `address:port` leads to. */
  readonly listenPort: number;
  /** Absent: TCP.  Of UDP and ICMP it is asked whether what is sent arrives, not whether an answer does. */
  readonly protocol?: 'tcp' | 'udp' | 'icmp';
}

/**
 * `open`: a connection was made and it was B's stack that took it (of UDP and ICMP: what was sent arrived in it).  `blocked`: B listens (checked first, from inside)
 * and no connection came.  `error`: could not be tried, `detail` says why.  `ms` is the time to the answer.
 */
export interface ProbeOutcome {
  readonly measured: 'open' | 'blocked' | 'error';
  readonly ms: number;
  readonly detail: string;
  /** The port that was tried, where the request left the choice open (port 0). */
  readonly port?: number;
}

/** What is on the wire: the fingerprint of our table per place, as loaded (see `fingerprintOf`). */
export interface PlacedTable {
  readonly place: string;
  readonly fingerprint: string;
  /** Why a namespace that is there could not be looked at: whether it holds a table is unknown (`fingerprint` is ''). */
  readonly error?: string;
}

export interface LoadResult {
  readonly place: string;
  readonly error: string | null;
  /** What the table that was there before had counted, where that could be read in time. */
  readonly before?: Counted;
}

export interface Wire {
  readonly capabilities: WireCapabilities;
  /** Asks again for what may have changed since the wire was opened. */
  machine(): Promise<MachineFacts>;
  /**
   * Makes each listed namespace hold exactly the given table (atomic per namespace), ends the flows it says, and
   * removes our table from each namespace in `remove`.  Answers per place; never throws for one place's failure.
   */
  load(tables: Ruleset['tables'], places: readonly Place[], remove: readonly Place[]): Promise<readonly LoadResult[]>;
  /**
   * Removes the tables of every Bulkhead from these places, whoever loaded them; answers as `load` does.  Left out where
   * there can be no other.
   */
  sweep?(places: readonly Place[]): Promise<readonly { readonly place: string; readonly error: string | null }[]>;
  /** Reads back which of these places hold a table of ours; those whose process is gone hold none. */
  read(places: readonly Place[]): Promise<readonly PlacedTable[]>;
  /**
   * What our tables in these places have counted since they were loaded; places that hold none, or could not be looked at, are
   * left out.  Absent where nothing is counted.
   */
  counters?(places: readonly Place[]): Promise<readonly Counted[]>;
  /**
   * Has guarded bridges shut by this script whenever the engine starts and nothing of the gate is there, as after a restart of
   * the machine, until somebody admits again; `null`: not any more.  Left out where nothing can do so.
   *
   * @throws BulkheadError of the engine
   */
  keep?(script: string | null): Promise<void>;
  /** Everybody's packet filter rules in those places. */
  filters(places: readonly Place[]): Promise<FilterReading>;
  /** Calls back with the places whose rules somebody has changed, until aborted or the wire is lost.  Never rejects. */
  watchFilters(
    places: readonly Place[],
    onChange: (places: readonly string[]) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Ports on which something listens in that namespace, TCP, any address family. */
  listening(place: Place): Promise<readonly number[]>;
  /** Makes the probes, several at once; calls back for each (by index of `requests`) as it ends. */
  probe(
    requests: readonly ProbeRequest[],
    onOutcome: (index: number, outcome: ProbeOutcome) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Resolves when the wire is lost (helper died, engine gone), with why.  Never rejects. */
  readonly closed: Promise<string>;
  /** Ends this session.  With `stopHelper`, the helper container goes too. */
  close(options?: { readonly stopHelper?: boolean }): Promise<void>;
}
