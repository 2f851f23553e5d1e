/**
 * The topology: an immutable snapshot of everything on one engine that decides who can talk to whom.
 *
 * It holds what the engine's API says (and the few facts the guard's helper measures), never a conclusion:
 * conclusions are `shared/reachability`'s.  Every name in here came from an engine and is hostile text.
 */

import type { FirewallFacts } from './firewall.ts';

/** The states Docker gives a container (Engine API, `State.Status`). */
export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

/** Transport protocols Docker can publish. */
export type Protocol = 'tcp' | 'udp' | 'sctp';

/** One port of one protocol, e.g. `{ protocol: 'tcp', port: 5432 }`; `port` is 1–65535. */
export interface Port {
  readonly protocol: Protocol;
  readonly port: number;
}

/** One published port: `address:hostPort` on the engine's host leads to `port` of the container. */
export interface PublishedPort extends Port {
  /** The binding address on the host: `0.0.0.0`, `::`, `127.0.0.1` or one host address. */
  readonly address: string;
  readonly hostPort: number;
}

/** A published port that a routed network leaves at the container's own address, without a port of the host. */
export interface RoutedPort extends Port {
  readonly family: 4 | 6;
}

/** One endpoint on one network. */
export interface Attachment {
  readonly networkId: string;
  /** Without prefix length; `null` when the endpoint has none (stopped, or the family is off). */
  readonly ipv4: string | null;
  readonly ipv6: string | null;
  readonly mac: string | null;
  /**
   * Names the embedded DNS answers for this endpoint on this network (container name excluded): network aliases, Compose
   * service names, the short id, the host name.
   */
  readonly aliases: readonly string[];
  /** Which network should hold the default route: the highest wins (from 28 on).  Absent: 0. */
  readonly gatewayPriority?: number;
}

/** A link (`--link target:alias`), seen from the container that has it. */
export interface Link {
  /** As it was written: a name, or an id, perhaps shortened. */
  readonly targetName: string;
  readonly alias: string;
  /**
   * The user-defined network on which it is a private alias, by id.  Absent: a legacy link, which means something on the
   * default bridge only.
   */
  readonly networkId?: string;
}

/** A line of a container's hosts file that was asked for (`--add-host`); `address` may be `host-gateway`. */
export interface HostEntry {
  readonly name: string;
  readonly address: string;
}

/**
 * What is kept of a container's environment.  Values are often secrets: they are kept for the few variables that name
 * ways (`KEPT_VARIABLES` in `topology/discovery.ts`), of all others only the name.
 */
export interface Environment {
  readonly names: readonly string[];
  readonly values: Readonly<Record<string, string>>;
}

/** One mount of a container. */
export interface Mount {
  readonly type: 'bind' | 'volume' | 'tmpfs' | 'other';
  /** Volume name, or the path on the host for a bind. */
  readonly source: string;
  readonly destination: string;
  readonly writable: boolean;
  /** The folder of a volume that is mounted instead of the whole (from 26 on), without slashes around; absent: the whole. */
  readonly subpath?: string;
}

/** A volume the engine keeps.  Anonymous ones have 64 hexadecimal digits for a name. */
export interface Volume {
  readonly name: string;
  /** `local`, or a plugin's name. */
  readonly driver: string;
  /** Where the engine keeps its content on its machine; `''` when it does not tell. */
  readonly mountpoint: string;
  /** Driver options, e.g. `{ type: 'none', o: 'bind', device: '/srv' }`. */
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** How a container gets its network stack (`HostConfig.NetworkMode`). */
export type NetworkMode =
  | { readonly kind: 'own' }
  | { readonly kind: 'none' }
  | { readonly kind: 'host' }
  /** Shares the stack of another container; `containerId` is a full id, even if that container is gone. */
  | { readonly kind: 'container'; readonly containerId: string };

/** What is shown of a container and decides nothing of its reach.  Times in Unix milliseconds, 0: never. */
export interface ContainerStatus {
  /** Null: it has no health check, or does not run. */
  readonly health: 'starting' | 'healthy' | 'unhealthy' | null;
  /** How it ended the last time; null while it runs, and before its first start. */
  readonly exitCode: number | null;
  readonly createdAt: number;
  readonly finishedAt: number;
}

/** A container endpoint. */
export interface ContainerEndpoint {
  readonly kind: 'container';
  /** The engine's full id. */
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  readonly image: string;
  readonly state: ContainerState;
  /** Compose project and service, or a Swarm task's stack and service, from labels; `''` when there is none. */
  readonly project: string;
  readonly service: string;
  readonly networkMode: NetworkMode;
  readonly attachments: readonly Attachment[];
  readonly publishedPorts: readonly PublishedPort[];
  /** Published ports that the engine opened on a routed network instead of on the host.  Absent: none. */
  readonly routedPorts?: readonly RoutedPort[];
  /** Ports the image or the container declares (`EXPOSE`, `--expose`): where something probably listens. */
  readonly exposedPorts: readonly Port[];
  readonly links: readonly Link[];
  readonly mounts: readonly Mount[];
  readonly privileged: boolean;
  /** Added capabilities, without the `CAP_` prefix, upper case; `ALL` possible. */
  readonly capAdd: readonly string[];
  /** Dropped ones, written alike; absent: not known. */
  readonly capDrop?: readonly string[];
  /** `''` (own), `host`, or `container:<id>`. */
  readonly pidMode: string;
  readonly ipcMode: string;
  /** Whether it is kept out of the engine's user namespaces (`--userns=host`); absent: no. */
  readonly usesHostUsers?: boolean;
  /** What it calls itself; absent: not known. */
  readonly hostname?: string;
  readonly extraHosts?: readonly HostEntry[];
  readonly environment?: Environment;
  /** Which of `KNOWN_PROGRAMS` (`topology/discovery.ts`) its command names: its words may be secrets. */
  readonly programs?: readonly string[];
  /** Absent: not known. */
  readonly status?: ContainerStatus;
  readonly labels: Readonly<Record<string, string>>;
  /** Process id on the engine's machine; 0 when not running. */
  readonly pid: number;
  /** Unix time in milliseconds of the last start; 0 when never started.  Tells one start from the next. */
  readonly startedAt: number;
}

/** One published port of a Swarm service.  `ingress`: at every node, by the routing mesh.  `host`: where its tasks are. */
export interface ServicePort extends Port {
  readonly hostPort: number;
  readonly mode: 'ingress' | 'host';
}

/** One address of a service or task on one network, without prefix length. */
export interface ServiceAddress {
  readonly networkId: string;
  readonly address: string;
}

/** One task of a service as the managers know it, on this node or another. */
export interface ServiceTask {
  readonly id: string;
  readonly nodeId: string;
  readonly running: boolean;
  /** The engine's full id of its container, `''` before there is one.  Only a container of this node is an endpoint. */
  readonly containerId: string;
  /** Its overlay addresses, the ingress network's among them. */
  readonly addresses: readonly ServiceAddress[];
  /** Ports in host mode that it has on its node, those the node chose included.  Absent: none. */
  readonly hostedPorts?: readonly ServicePort[];
}

/**
 * A Swarm service: what clients call by one name, whoever of its tasks answers.  Its tasks on this node are containers of
 * their own.  Only a manager tells of services.
 */
export interface ServiceEndpoint {
  readonly kind: 'service';
  readonly id: string;
  readonly name: string;
  /** The stack, `''` when there is none; then also `service` is the name without the stack's. */
  readonly project: string;
  readonly service: string;
  readonly mode: 'replicated' | 'global' | 'replicated-job' | 'global-job';
  readonly endpointMode: 'vip' | 'dnsrr';
  /** One per network it is on, the ingress network's among them; none with `dnsrr`. */
  readonly virtualAddresses: readonly ServiceAddress[];
  readonly publishedPorts: readonly ServicePort[];
  /** Networks its tasks are asked to join, each with the names its tasks share there (the service's own excluded). */
  readonly networks: readonly { readonly networkId: string; readonly aliases: readonly string[] }[];
  /** Tasks that should run, in the order of their ids. */
  readonly tasks: readonly ServiceTask[];
  /** Tasks the managers want; for a global service, those it has. */
  readonly desired: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** The three places that are no container: the engine's machine, private addresses beyond it, and all else. */
export type ZoneKind = 'host' | 'lan' | 'internet';

export interface ZoneEndpoint {
  readonly kind: ZoneKind;
  /** Equal to `kind`. */
  readonly id: ZoneKind;
  readonly name: ZoneKind;
}

export type Endpoint = ContainerEndpoint | ServiceEndpoint | ZoneEndpoint;

/** One IPAM pool of a network, e.g. `{ subnet: '172.18.0.0/16', gateway: '172.18.0.1' }`; gateway `''` if none. */
export interface Subnet {
  readonly subnet: string;
  readonly gateway: string;
  /** The part of it that addresses are taken from, where one was chosen (`--ip-range`). */
  readonly range?: string;
}

export interface Network {
  readonly id: string;
  readonly name: string;
  /** `bridge`, `host`, `null`, `overlay`, `macvlan`, `ipvlan`, or a plugin's name. */
  readonly driver: string;
  readonly scope: string;
  readonly internal: boolean;
  readonly ipv6: boolean;
  readonly ingress: boolean;
  readonly attachable: boolean;
  /** Whether an overlay network encrypts what passes between nodes (IPsec).  Absent: it does not. */
  readonly encrypted?: boolean;
  readonly subnets: readonly Subnet[];
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Compose project, `''` when there is none. */
  readonly project: string;
}

/** Another machine of the Swarm, as the managers know it. */
export interface SwarmNode {
  readonly id: string;
  /** Its machine's name. */
  readonly name: string;
  /** Those by which it is known to the managers; it may have others. */
  readonly addresses: readonly string[];
}

/** What the engine is, and what is known of its machine.  `null` means: not known. */
export interface EngineFacts {
  /** The machine's name as the engine tells it. */
  readonly name: string;
  readonly version: string;
  /** The negotiated API version, e.g. `1.51`. */
  readonly apiVersion: string;
  readonly kind: 'docker' | 'podman' | 'demo';
  readonly operatingSystem: string;
  /** `iptables`, `nftables`, `iptables+firewalld`…, or `''` when the engine does not say (before 28.1). */
  readonly firewallBackend: string;
  readonly swarm: boolean;
  /** Whether this node manages its Swarm: only then services are known.  Absent: no Swarm. */
  readonly swarmManager?: boolean;
  /** This node's id in its Swarm.  Absent: no Swarm, or not told. */
  readonly swarmNodeId?: string;
  /** The Swarm's other nodes, down ones included.  Absent: not known, because this node is no manager. */
  readonly swarmNodes?: readonly SwarmNode[];
  /**
   * Addresses on the gateway bridge to which this node's routing mesh redirects what is sent to its published ports (the
   * engine's own `ingress-sbox`).  Absent: there is none, or it is not told.
   */
  readonly meshEntries?: readonly string[];
  /** Whether the machine's kernel has IPVS, on which virtual addresses and the routing mesh rest.  Absent or null: not known. */
  readonly ipvs?: boolean | null;
  readonly rootless: boolean;
  /** Whether same-bridge packets pass the host's forward hook (`bridge-nf-call-iptables`). */
  readonly bridgeNetfilter: boolean | null;
  /** Whether published ports are also served by docker-proxy. */
  readonly userlandProxy: boolean | null;
  /** Whether the engine separates networks for IPv6 too; only asked of engines before 27. Absent or null: not known. */
  readonly ip6tables?: boolean | null;
  /** Whether containers' users are other users on the machine (`userns-remap`); absent: not known. */
  readonly userNamespaces?: boolean;
  /** The host's own addresses that are no container gateway, both families; empty when not measured. */
  readonly hostAddresses: readonly string[];
  /** The host's addresses by the interface that has them, container gateways included.  Absent: not measured. */
  readonly hostInterfaces?: Readonly<Record<string, readonly string[]>>;
  /** Subnets to which the host has routes, default ones left out, by interface; container networks included.  Absent: not measured. */
  readonly hostRoutes?: Readonly<Record<string, readonly string[]>>;
  /** Packet filters on the machine and in containers.  Absent or null: not read, because the helper has not run. */
  readonly firewall?: FirewallFacts | null;
}

/** One name that a discovery container holds, and where it says that name leads. */
export interface CatalogueEntry {
  readonly name: string;
  /** An address or a host name. */
  readonly address: string;
  /** 0 when it tells none. */
  readonly port: number;
}

/** What a discovery or load-balancer container answered when it was asked.  Hostile text. */
export interface Catalogue {
  readonly containerId: string;
  readonly entries: readonly CatalogueEntry[];
}

/** An immutable snapshot of one engine.  Endpoints are sorted as `compareEndpoints` says: zones last. */
export interface Topology {
  readonly engine: EngineFacts;
  readonly endpoints: readonly Endpoint[];
  readonly networks: readonly Network[];
  /** Sorted by name; absent: not listed. */
  readonly volumes?: readonly Volume[];
  /** What was read from discovery containers, which happens only when the user asks for it. */
  readonly catalogues?: readonly Catalogue[];
}

export * from './labels.ts';

export const ZONES: readonly ZoneEndpoint[] = [
  { kind: 'host', id: 'host', name: 'host' },
  { kind: 'lan', id: 'lan', name: 'lan' },
  { kind: 'internet', id: 'internet', name: 'internet' },
];

export function isContainer(endpoint: Endpoint): endpoint is ContainerEndpoint {
  return endpoint.kind === 'container';
}

export function isService(endpoint: Endpoint): endpoint is ServiceEndpoint {
  return endpoint.kind === 'service';
}

/** Tasks of a service that run, on any node. */
export function runningTasks({ tasks }: ServiceEndpoint): readonly ServiceTask[] {
  return tasks.filter(({ running }) => running);
}

/** Whether the container has a live network stack (running or paused). */
export function isUp(container: ContainerEndpoint): boolean {
  return container.state === 'running' || container.state === 'paused';
}

const collator = new Intl.Collator('en', { numeric: true });

/**
 * The order of rows and columns: projects together (those without last), then service, a Swarm service before its tasks,
 * then name; zones at the end.
 */
export function compareEndpoints(a: Endpoint, b: Endpoint): number {
  if (isZone(a) || isZone(b)) {
    const rank = ({ kind }: Endpoint): number => ['host', 'lan', 'internet'].indexOf(kind);
    return rank(a) - rank(b);
  }
  if (a.project !== b.project) {
    if (a.project === '') return 1;
    if (b.project === '') return -1;
    return collator.compare(a.project, b.project);
  }
  const first = (endpoint: Endpoint): number => Number(endpoint.kind !== 'service');
  return (
    collator.compare(a.service, b.service) ||
    first(a) - first(b) ||
    collator.compare(a.name, b.name) ||
    (a.id < b.id ? -1 : 1)
  );
}

export function isZone(endpoint: Endpoint): endpoint is ZoneEndpoint {
  return endpoint.kind !== 'container' && endpoint.kind !== 'service';
}

/** Makes exhaustive switches: the compiler refuses a call that can be reached. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
