/**
 * Topologies in a few words, for tests.
 *
 * Ids are names, so a test reads `explain(topology, [], 'web', 'db')`.  The first network is 10.0.1.0/24 with gateway
 * 10.0.1.1, the second 10.0.2.0/24, …; with `ipv6` also fd00:1::/64 with gateway fd00:1::1, ….  Containers take the
 * addresses from .2 on in the order they are written, and lose them when they do not run.
 */
import { parseSave } from '../firewall/parse-save.ts';
import { ALL_PORTS, minus, parsePorts } from '../ports.ts';
import type { Firewall, FirewallFacts } from '../topology/firewall.ts';
import type {
  ContainerEndpoint,
  EngineFacts,
  Mount,
  Network,
  NetworkMode,
  Port,
  Protocol,
  PublishedPort,
  ServiceAddress,
  ServiceEndpoint,
  Topology,
} from '../topology/model.ts';
import { compareEndpoints, SWARM_SERVICE_ID_LABEL, ZONES } from '../topology/model.ts';
import type { Denial, DenialState } from './model.ts';

/** `options` are driver options, those of bridges without `com.docker.network.bridge.`; `gateway: false` hides the gateways. */
export interface NetworkSketch {
  readonly driver?: string;
  readonly internal?: boolean;
  readonly ipv6?: boolean;
  readonly gateway?: boolean;
  readonly encrypted?: boolean;
  readonly ingress?: boolean;
  readonly options?: Readonly<Record<string, string>>;
}

export interface ContainerSketch {
  /** Network names, separated by spaces: `'front back'`.  `host` and `none` are modes. */
  readonly on?: string;
  /** Name of the container whose network stack it uses. */
  readonly joins?: string;
  /** `'8080:80'`, `'127.0.0.1:8080:80/udp'`, `'[::]:8080:80'`; without an address: IPv4 and IPv6. */
  readonly publish?: readonly string[];
  /** Ports published on routed networks, in both families: `80` is TCP, or `'53/udp'`. */
  readonly routed?: readonly (number | `${number}/udp`)[];
  /** Gateway priority per network. */
  readonly priority?: Readonly<Record<string, number>>;
  /** TCP ports. */
  readonly expose?: readonly number[];
  /** `'db:database'` is a legacy link, `'db:database@front'` one on that network. */
  readonly links?: readonly string[];
  /** `'data:/var/lib'` is a volume, `'data/sub:/var/lib'` a folder of it, `'/srv:/srv:ro'` a bind. */
  readonly mounts?: readonly string[];
  readonly state?: ContainerEndpoint['state'];
  /** The last number of its addresses; counted up if not given. */
  readonly host?: number | undefined;
  readonly startedAt?: number;
  /** The Swarm service whose task it is. */
  readonly task?: string;
  readonly aliases?: readonly string[];
  readonly project?: string;
  readonly service?: string;
  readonly privileged?: boolean;
  readonly capAdd?: readonly string[];
  readonly capDrop?: readonly string[];
  readonly usesHostUsers?: boolean;
  readonly image?: string;
  readonly hostname?: string;
  /** Name to address. */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly pidMode?: string;
  readonly ipcMode?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A Swarm service; its address on a network ends in .200, its tasks elsewhere have .100, .101, … */
export interface ServiceSketch {
  readonly on?: string;
  readonly mode?: 'vip' | 'dnsrr';
  /** `'8080:80'` by the routing mesh, `'8080:80 host'` where its tasks are. */
  readonly publish?: readonly string[];
  readonly aliases?: readonly string[];
  /** Running tasks on other nodes; those here are containers with `task`. */
  readonly elsewhere?: number;
}

export interface TopologySketch {
  readonly engine?: Partial<EngineFacts>;
  readonly networks?: Readonly<Record<string, NetworkSketch>>;
  /** A text is short for `{ on: text }`. */
  readonly containers?: Readonly<Record<string, string | ContainerSketch>>;
  /** `local` volumes: their driver options, or none; those not described are not listed. */
  readonly volumes?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly catalogues?: Topology['catalogues'];
  readonly services?: Readonly<Record<string, ServiceSketch>>;
}

/** An ordinary engine: 28.5.2, docker-proxy on, one host address of each family. */
export const ENGINE: EngineFacts = {
  name: 'engine',
  version: '28.5.2',
  apiVersion: '1.51',
  kind: 'docker',
  operatingSystem: 'Debian GNU/Linux',
  firewallBackend: 'iptables',
  swarm: false,
  rootless: false,
  bridgeNetfilter: null,
  userlandProxy: true,
  hostAddresses: ['198.51.100.2', '2001:db8::2'],
};

/** Draws a topology.  Networks not described are ordinary bridges made on first mention; `bridge` is the default one. */
export function sketch(drawn: TopologySketch): Topology {
  const { engine = {}, networks = {}, containers = {}, volumes = {}, catalogues, services = {} } = drawn;
  const written = Object.entries(containers).map(([name, text]): [string, ContainerSketch] => [
    name,
    typeof text === 'string' ? { on: text } : text,
  ]);
  const mentioned = [...written.map(([, one]) => one), ...Object.values(services)]
    .flatMap(({ on }) => words(on))
    .filter((name) => name !== 'host' && name !== 'none');
  const names = [...new Set([...Object.keys(networks), ...mentioned])];
  const sketches = new Map(names.map((name) => [name, networks[name] ?? {}]));
  const next = new Map<string, number>();
  const endpoints = written.map(([name, one]) => containerOf(name, one, names, sketches, next));
  return {
    engine: { ...ENGINE, ...engine },
    networks: names.map((name, index) => networkOf(name, index + 1, sketches.get(name) ?? {})),
    endpoints: [
      ...endpoints,
      ...Object.entries(services).map(([name, one]) => serviceOf(name, one, names, endpoints)),
      ...ZONES,
    ].sort(compareEndpoints),
    volumes: Object.entries(volumes).map(([name, options]) => ({
      name,
      driver: 'local',
      mountpoint: `/var/lib/docker/volumes/${name}/_data`,
      options,
      labels: {},
    })),
    ...(catalogues ? { catalogues } : {}),
  };
}

/** Rules of the filter table as `iptables-save` prints them; chains that have no policy are made on the way. */
export function iptables(...rules: readonly string[]): string {
  const base = ['INPUT', 'FORWARD', 'OUTPUT'].filter((name) => !rules.some((rule) => rule.startsWith(`:${name} `)));
  return ['*filter', ...base.map((name) => `:${name} ACCEPT [0:0]`), ...rules, 'COMMIT', ''].join('\n');
}

/** What a helper saw: rules as `iptables` makes them, on the machine and by container id. */
export function filtered(
  host: string,
  containers: Readonly<Record<string, string>> = {},
  more: Partial<FirewallFacts> = {},
): FirewallFacts {
  const read = (text: string): Firewall => ({
    chains: parseSave({ family: 'ip', legacy: false, text }).flatMap(({ chains }) => chains),
    unread: [],
  });
  return {
    host: read(host),
    containers: Object.fromEntries(Object.entries(containers).map(([id, text]) => [id, read(text)])),
    outside: ['eth0'],
    bridged4: false,
    bridged6: false,
    ...more,
  };
}

function serviceOf(
  name: string,
  one: ServiceSketch,
  names: readonly string[],
  containers: readonly ContainerEndpoint[],
): ServiceEndpoint {
  const { on, mode = 'vip', publish = [], aliases = [], elsewhere = 0 } = one;
  const at = (networkId: string, host: number): ServiceAddress => ({
    networkId,
    address: `10.0.${String(names.indexOf(networkId) + 1)}.${String(host)}`,
  });
  const away = Array.from({ length: elsewhere }, (_, index) => ({
    id: `${name}.${String(index)}`,
    nodeId: 'other',
    running: true,
    containerId: `elsewhere-${name}-${String(index)}`,
    addresses: words(on).map((network) => at(network, 100 + index)),
  }));
  const here = containers
    .filter(({ labels, state }) => labels[SWARM_SERVICE_ID_LABEL] === name && state === 'running')
    .map(({ id, attachments }) => ({
      id: `${name}.${id}`,
      nodeId: 'here',
      running: true,
      containerId: id,
      addresses: attachments.flatMap(({ networkId, ipv4 }) => (ipv4 === null ? [] : [{ networkId, address: ipv4 }])),
    }));
  return {
    kind: 'service',
    id: name,
    name,
    project: '',
    service: name,
    mode: 'replicated',
    endpointMode: mode,
    virtualAddresses: mode === 'vip' ? words(on).map((network) => at(network, 200)) : [],
    publishedPorts: publish.map((text) => {
      const [, hostPort, port, host] = /^(\d+):(\d+)( host)?$/.exec(text) ?? [];
      const published = host === undefined ? 'ingress' : 'host';
      return { protocol: 'tcp', port: Number(port), hostPort: Number(hostPort), mode: published };
    }),
    networks: words(on).map((networkId) => ({ networkId, aliases })),
    tasks: [...here, ...away],
    desired: here.length + elsewhere,
    labels: {},
  };
}

/** A denial of one pair, of some ports of it (`tcp/80`, `icmp`) or of everything. */
export function deny(from: string, to: string, state: DenialState = 'held', ports?: readonly string[]): Denial {
  return { from, to, state, policy: `${from} → ${to}`, ...(ports ? { ports: parsePorts(ports) } : {}) };
}

/** A denial of everything but some ports. */
export function denyAllBut(from: string, to: string, ports: readonly string[]): Denial {
  return { ...deny(from, to), ports: minus(ALL_PORTS, parsePorts(ports)) };
}

function words(text = ''): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}

function networkOf(name: string, number: number, options: NetworkSketch): Network {
  const { driver = 'bridge', internal = false, ipv6 = false, gateway = true } = options;
  const subnet = (prefix: string, end: string, length: number): Network['subnets'][number] => ({
    subnet: `${prefix}${end.slice(0, -1)}${end === '.1' ? '0' : ''}/${String(length)}`,
    gateway: gateway ? `${prefix}${end}` : '',
  });
  const own = Object.entries(options.options ?? {}).map(([key, value]) => [
    driver === 'bridge' ? `com.docker.network.bridge.${key}` : key,
    value,
  ]);
  return {
    id: name,
    name,
    driver,
    scope: driver === 'overlay' ? 'swarm' : 'local',
    internal,
    ipv6,
    ingress: options.ingress ?? false,
    ...(options.encrypted === undefined ? {} : { encrypted: options.encrypted }),
    attachable: false,
    subnets: [
      subnet(`10.0.${String(number)}`, '.1', 24),
      ...(ipv6 ? [subnet(`fd00:${String(number)}`, '::1', 64)] : []),
    ],
    options: {
      ...(name === 'bridge' ? { 'com.docker.network.bridge.default_bridge': 'true' } : {}),
      ...(Object.fromEntries(own) as Record<string, string>),
    },
    labels: {},
    project: '',
  };
}

function containerOf(
  name: string,
  one: ContainerSketch,
  names: readonly string[],
  networks: ReadonlyMap<string, NetworkSketch>,
  next: Map<string, number>,
): ContainerEndpoint {
  const { state = 'running', on = '' } = one;
  const up = state === 'running' || state === 'paused';
  const networkMode = modeOf(one);
  const attachments = (networkMode.kind === 'own' ? words(on) : []).map((network) => {
    const host = one.host ?? (next.get(network) ?? 1) + 1;
    if (one.host === undefined) next.set(network, host);
    const number = String(names.indexOf(network) + 1);
    return {
      networkId: network,
      ipv4: up ? `10.0.${number}.${String(host)}` : null,
      ipv6: up && networks.get(network)?.ipv6 ? `fd00:${number}::${host.toString(16)}` : null,
      mac: up ? `02:42:00:00:${hex(Number(number))}:${hex(host)}` : null,
      aliases: one.aliases ?? [],
      ...(one.priority?.[network] === undefined ? {} : { gatewayPriority: one.priority[network] }),
    };
  });
  return {
    kind: 'container',
    id: name,
    name,
    image: one.image ?? 'example:1',
    state,
    project: one.project ?? '',
    service: one.service ?? '',
    networkMode,
    attachments,
    publishedPorts: up ? (one.publish ?? []).flatMap(publishedOf) : [],
    ...(up && one.routed
      ? {
          routedPorts: one.routed.flatMap((port) =>
            ([4, 6] as const).map((family) => ({
              protocol: typeof port === 'number' ? ('tcp' as const) : ('udp' as const),
              port: Number.parseInt(String(port), 10),
              family,
            })),
          ),
        }
      : {}),
    exposedPorts: (one.expose ?? []).map((port): Port => ({ protocol: 'tcp', port })),
    links: (one.links ?? []).map((link) => {
      const [targetName = '', named = ''] = link.split(':');
      const [alias = '', networkId] = named.split('@');
      return { targetName, alias, ...(networkId === undefined ? {} : { networkId }) };
    }),
    mounts: (one.mounts ?? []).map(mountOf),
    privileged: one.privileged ?? false,
    capAdd: one.capAdd ?? [],
    capDrop: one.capDrop ?? [],
    usesHostUsers: one.usesHostUsers ?? false,
    hostname: one.hostname ?? '',
    extraHosts: Object.entries(one.hosts ?? {}).map(([entry, address]) => ({ name: entry, address })),
    environment: { names: Object.keys(one.environment ?? {}), values: one.environment ?? {} },
    pidMode: one.pidMode ?? '',
    ipcMode: one.ipcMode ?? '',
    labels: { ...one.labels, ...((one.task ?? '') === '' ? {} : { [SWARM_SERVICE_ID_LABEL]: one.task }) },
    pid: up ? 1000 : 0,
    startedAt: one.startedAt ?? (up ? 1 : 0),
  };
}

function hex(number: number): string {
  return number.toString(16).padStart(2, '0');
}

function modeOf({ on, joins }: ContainerSketch): NetworkMode {
  if (joins !== undefined) return { kind: 'container', containerId: joins };
  if (on === 'host' || on === 'none') return { kind: on };
  return { kind: 'own' };
}

function publishedOf(text: string): readonly PublishedPort[] {
  const match = /^(?:\[?([^\]]+?)\]?:)?(\d+):(\d+)(?:\/(\w+))?$/.exec(text);
  if (!match) throw new Error(`Not a published port: ${text}`);
  const [, address, hostPort, port, protocol = 'tcp'] = match;
  const common = { protocol: protocol as Protocol, port: Number(port), hostPort: Number(hostPort) };
  return (address === undefined ? ['0.0.0.0', '::'] : [address]).map((one) => ({ ...common, address: one }));
}

function mountOf(text: string): Mount {
  const [source = '', destination = '', mode] = text.split(':');
  const writable = mode !== 'ro';
  if (source.startsWith('/')) return { type: 'bind', source, destination, writable };
  const [volume = '', ...below] = source.split('/');
  const subpath = below.length > 0 ? { subpath: below.join('/') } : {};
  return { type: 'volume', source: volume, destination, writable, ...subpath };
}
