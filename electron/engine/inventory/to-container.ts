/** One container's `GET /containers/{id}/json`, read into what the topology needs of it. */
import {
  calledBy,
  COMPOSE_PROJECT_LABEL,
  COMPOSE_SERVICE_LABEL,
  STACK_LABEL,
  SWARM_SERVICE_NAME_LABEL,
  type ContainerEndpoint,
  type ContainerState,
  type ContainerStatus,
  type Environment,
  type HostEntry,
  type Link,
  type Mount,
  type Port,
  type Protocol,
  type PublishedPort,
  type RoutedPort,
} from '../../../shared/topology/model.ts';
import { KEPT_VARIABLES, KNOWN_PROGRAMS } from '../../../shared/topology/discovery.ts';
import { addressOf, arrayOf, numberOf, objectOf, textMapOf, textOf, textsOf, type JsonObject } from './json.ts';

/** A container as it speaks of itself: names of networks and of other containers are not resolved yet. */
export interface RawContainer {
  readonly endpoint: Omit<ContainerEndpoint, 'networkMode' | 'attachments' | 'links' | 'pidMode' | 'ipcMode'>;
  /** Without the network's id: `networkName` is that of a user-defined one, `''` for a legacy link. */
  readonly links: readonly RawLink[];
  /** `bridge`, `default`, `host`, `none`, `container:<name or id>`, a network's name or id. */
  readonly networkMode: string;
  readonly pidMode: string;
  readonly ipcMode: string;
  readonly attachments: readonly RawAttachment[];
}

export interface RawLink extends Omit<Link, 'networkId'> {
  readonly networkName: string;
}

export interface RawAttachment {
  readonly networkName: string;
  /** `''` before the first start of a container. */
  readonly networkId: string;
  readonly ipv4: string | null;
  readonly ipv6: string | null;
  readonly mac: string | null;
  readonly aliases: readonly string[];
  /** The network's gateway as this container was told it. */
  readonly gateways: readonly string[];
  readonly gatewayPriority: number;
}

/** @returns null when it is no container at all (no id). */
export function toContainer(json: unknown): RawContainer | null {
  const root = objectOf(json);
  const id = textOf(root['Id']);
  if (id === '') return null;
  const config = objectOf(root['Config']);
  const host = objectOf(root['HostConfig']);
  const network = objectOf(root['NetworkSettings']);
  const state = objectOf(root['State']);
  const labels = textMapOf(config['Labels']);
  const name = textOf(root['Name']).replace(/^\//, '');
  const ports = objectOf(network['Ports']);
  return {
    endpoint: {
      kind: 'container',
      id,
      name,
      image: textOf(config['Image']) || textOf(root['ImageName']) || textOf(root['Image']),
      state: stateOf(state),
      ...placeOf(labels),
      publishedPorts: publishedPorts(ports),
      ...routedPorts(ports),
      exposedPorts: exposedPorts(Object.keys(objectOf(config['ExposedPorts'])), Object.keys(ports)),
      mounts: mounts(root, host),
      privileged: host['Privileged'] === true,
      capAdd: capabilities(host['CapAdd']),
      capDrop: capabilities(host['CapDrop']),
      usesHostUsers: textOf(host['UsernsMode']) === 'host',
      hostname: textOf(config['Hostname']),
      extraHosts: hostEntries(host['ExtraHosts']),
      environment: environment(config['Env']),
      programs: programs(root),
      status: statusOf(root, state),
      labels,
      pid: Math.max(0, numberOf(state['Pid'])),
      startedAt: timeOf(state['StartedAt']),
    },
    networkMode: textOf(host['NetworkMode']),
    links: links(host, network),
    pidMode: textOf(host['PidMode']),
    ipcMode: textOf(host['IpcMode']),
    attachments: Object.entries(objectOf(network['Networks'])).map(([key, value]) =>
      attachment(key, objectOf(value), name),
    ),
  };
}

/** Compose's project and service, else a Swarm task's stack and service. */
function placeOf(labels: Readonly<Record<string, string>>): { readonly project: string; readonly service: string } {
  const project = calledBy(labels, COMPOSE_PROJECT_LABEL);
  const service = calledBy(labels, COMPOSE_SERVICE_LABEL);
  if (project !== '' || service !== '') return { project, service };
  const stack = calledBy(labels, STACK_LABEL);
  return { project: stack, service: withoutStack(calledBy(labels, SWARM_SERVICE_NAME_LABEL), stack) };
}

/** `docker stack deploy` calls a stack's services `STACK_SERVICE`. */
export function withoutStack(name: string, stack: string): string {
  return stack !== '' && name.startsWith(`${stack}_`) ? name.slice(stack.length + 1) : name;
}

const STATES: readonly ContainerState[] = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];

/** Podman's own words for the same. */
const PODMAN_STATES: ReadonlyMap<string, ContainerState> = new Map([
  ['configured', 'created'],
  ['initialized', 'created'],
  ['stopped', 'exited'],
  ['stopping', 'running'],
]);

function stateOf(state: JsonObject): ContainerState {
  const status = textOf(state['Status']).toLowerCase();
  const known = STATES.find((candidate) => candidate === status) ?? PODMAN_STATES.get(status);
  if (known) return known;
  if (state['Paused'] === true) return 'paused';
  if (state['Restarting'] === true) return 'restarting';
  return state['Running'] === true ? 'running' : 'exited';
}

const HEALTHS: readonly NonNullable<ContainerStatus['health']>[] = ['starting', 'healthy', 'unhealthy'];

function statusOf(root: JsonObject, state: JsonObject): ContainerStatus {
  const startedAt = timeOf(state['StartedAt']);
  const isUp = state['Running'] === true;
  const told = textOf(objectOf(state['Health'])['Status']) || textOf(objectOf(state['Healthcheck'])['Status']);
  return {
    health: (isUp && HEALTHS.find((one) => one === told)) || null,
    exitCode: isUp || startedAt === 0 ? null : numberOf(state['ExitCode']),
    createdAt: timeOf(root['Created']),
    finishedAt: isUp ? 0 : timeOf(state['FinishedAt']),
  };
}

/** Milliseconds; an engine writes the year 1 for "never". */
function timeOf(value: unknown): number {
  const time = Date.parse(textOf(value));
  return Number.isNaN(time) || time < 0 ? 0 : time;
}

function attachment(networkName: string, settings: JsonObject, containerName: string): RawAttachment {
  const names = [...textsOf(settings['Aliases']), ...textsOf(settings['DNSNames'])];
  return {
    networkName,
    networkId: textOf(settings['NetworkID']),
    ipv4: addressOf(settings['IPAddress']),
    ipv6: addressOf(settings['GlobalIPv6Address']),
    mac: textOf(settings['MacAddress']).toLowerCase() || null,
    aliases: [...new Set(names)].filter((alias) => alias !== '' && alias !== containerName),
    gateways: [addressOf(settings['Gateway']), addressOf(settings['IPv6Gateway'])].filter(
      (gateway) => gateway !== null,
    ),
    gatewayPriority: numberOf(settings['GwPriority']),
  };
}

/** `80/tcp`, or `80` which means tcp. */
function portOf(text: string): Port | null {
  const [, digits = '', protocol = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(text.toLowerCase()) ?? [];
  const port = Number(digits);
  return port >= 1 && port <= 65_535 ? { protocol: protocol as Protocol, port } : null;
}

/** What the engine really bound, both families: never what was asked for. */
function publishedPorts(ports: JsonObject): readonly PublishedPort[] {
  const published = Object.entries(ports).flatMap(([key, bindings]) => {
    const port = portOf(key);
    if (!port) return [];
    return arrayOf(bindings).flatMap((binding): PublishedPort[] => {
      const fields = objectOf(binding);
      const hostPort = Number(textOf(fields['HostPort']) || 0);
      if (!Number.isInteger(hostPort) || hostPort <= 0 || hostPort > 65_535) return [];
      const given = textOf(fields['HostIp']);
      // Podman leaves the address out for "all of them", of both families.
      return (given === '' ? ['0.0.0.0', '::'] : [given]).map((address) => ({ ...port, address, hostPort }));
    });
  });
  return published.sort(
    (a, b) =>
      a.port - b.port || compare(a.protocol, b.protocol) || compare(a.address, b.address) || a.hostPort - b.hostPort,
  );
}

/** A routed network lists what is published with a family, but without a port of the host. */
function routedPorts(ports: JsonObject): { readonly routedPorts?: readonly RoutedPort[] } {
  const routed = Object.entries(ports).flatMap(([key, bindings]) => {
    const port = portOf(key);
    if (!port) return [];
    return arrayOf(bindings).flatMap((binding): RoutedPort[] => {
      const { HostIp, HostPort } = objectOf(binding);
      const address = textOf(HostIp);
      if (address === '' || !['', '0'].includes(textOf(HostPort))) return [];
      return [{ ...port, family: address.includes(':') ? 6 : 4 }];
    });
  });
  const distinct = [...new Map(routed.map((one) => [`${one.family} ${one.port}/${one.protocol}`, one])).values()];
  distinct.sort((a, b) => a.port - b.port || compare(a.protocol, b.protocol) || a.family - b.family);
  return distinct.length > 0 ? { routedPorts: distinct } : {};
}

function exposedPorts(...keys: (readonly string[])[]): readonly Port[] {
  const ports = new Map<string, Port>();
  for (const key of keys.flat()) {
    const port = portOf(key);
    if (port) ports.set(`${port.port}/${port.protocol}`, port);
  }
  return [...ports.values()].sort((a, b) => a.port - b.port || compare(a.protocol, b.protocol));
}

/**
 * `/target:/self/alias` on the default bridge, where a link opens ports and injects variables; `target:alias` of one
 * network, where it is a private alias.
 */
function links(host: JsonObject, network: JsonObject): readonly RawLink[] {
  const found = new Map<string, RawLink>();
  const read = (texts: unknown, networkName: string): void => {
    for (const text of textsOf(texts)) {
      const colon = text.indexOf(':');
      const targetName = (colon < 0 ? text : text.slice(0, colon)).replace(/^\//, '');
      const alias =
        colon < 0 ? targetName : text.slice(text.lastIndexOf('/') > colon ? text.lastIndexOf('/') + 1 : colon + 1);
      if (targetName !== '') found.set(`${targetName}:${alias}:${networkName}`, { targetName, alias, networkName });
    }
  };
  read(host['Links'], '');
  for (const [name, settings] of Object.entries(objectOf(network['Networks']))) {
    read(objectOf(settings)['Links'], name);
  }
  return [...found.values()];
}

function capabilities(value: unknown): readonly string[] {
  return textsOf(value).map((capability) => capability.toUpperCase().replace(/^CAP_/, ''));
}

/** `name:address`, or `name=address` since 25. */
function hostEntries(value: unknown): readonly HostEntry[] {
  return textsOf(value).flatMap((text) => {
    const [, name = '', address = ''] = /^([^:=]+)[:=](.+)$/.exec(text) ?? [];
    return name === '' ? [] : [{ name, address: address.replace(/^\[|\]$/g, '') }];
  });
}

const MAX_VARIABLES = 512;
const MAX_VALUE = 4096;

/** Values are secrets more often than not: only the few that name ways are kept. */
function environment(value: unknown): Environment {
  const variables = textsOf(value)
    .slice(0, MAX_VARIABLES)
    .map((text) => {
      const equals = text.indexOf('=');
      return equals < 0 ? ([text, ''] as const) : ([text.slice(0, equals), text.slice(equals + 1)] as const);
    });
  return {
    names: variables.map(([name]) => name),
    values: Object.fromEntries(
      variables.filter(([name]) => KEPT_VARIABLES.has(name)).map(([name, text]) => [name, text.slice(0, MAX_VALUE)]),
    ),
  };
}

/** Of the command only the words that name a known program. */
function programs(root: JsonObject): readonly string[] {
  const words = [textOf(root['Path']), ...textsOf(root['Args'])].slice(0, 8);
  const known = words.map((word) => word.slice(word.lastIndexOf('/') + 1)).filter((word) => KNOWN_PROGRAMS.has(word));
  return [...new Set(known)];
}

function mounts(root: JsonObject, host: JsonObject): readonly Mount[] {
  const subpaths = new Map(
    arrayOf(host['Mounts']).map((item) => {
      const mount = objectOf(item);
      return [textOf(mount['Target']), textOf(objectOf(mount['VolumeOptions'])['Subpath'])] as const;
    }),
  );
  const listed = arrayOf(root['Mounts']).map((item): Mount => {
    const mount = objectOf(item);
    const type = textOf(mount['Type']);
    const kind = type === 'bind' || type === 'volume' || type === 'tmpfs' ? type : 'other';
    const subpath = (kind === 'volume' && subpaths.get(textOf(mount['Destination']))) || '';
    return {
      ...(subpath === '' ? {} : { subpath: subpath.replace(/^\/+|\/+$/g, '') }),
      type: kind,
      source: kind === 'volume' ? textOf(mount['Name']) : kind === 'tmpfs' ? '' : textOf(mount['Source']),
      destination: textOf(mount['Destination']),
      writable: mount['RW'] !== false,
    };
  });
  // `--tmpfs` is not among the mounts of all engines.
  const temporary = Object.keys(objectOf(host['Tmpfs']))
    .filter((destination) => !listed.some((mount) => mount.destination === destination))
    .map((destination): Mount => ({ type: 'tmpfs', source: '', destination, writable: true }));
  return [...listed, ...temporary].sort((a, b) => compare(a.destination, b.destination));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
