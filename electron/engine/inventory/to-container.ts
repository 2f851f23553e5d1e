/** One container's `GET /containers/{id}/json`, read into what the topology needs of it. */
import {
  COMPOSE_PROJECT_LABEL,
  COMPOSE_SERVICE_LABEL,
  type ContainerEndpoint,
  type ContainerState,
  type Link,
  type Mount,
  type Port,
  type Protocol,
  type PublishedPort,
  type RoutedPort,
} from '../../../shared/topology/model.ts';
import { addressOf, arrayOf, numberOf, objectOf, textMapOf, textOf, textsOf, type JsonObject } from './json.ts';

/** A container as it speaks of itself: names of networks and of other containers are not resolved yet. */
export interface RawContainer {
  readonly endpoint: Omit<ContainerEndpoint, 'networkMode' | 'attachments' | 'pidMode' | 'ipcMode'>;
  /** `bridge`, `default`, `host`, `none`, `container:<name or id>`, a network's name or id. */
  readonly networkMode: string;
  readonly pidMode: string;
  readonly ipcMode: string;
  readonly attachments: readonly RawAttachment[];
}

export interface RawAttachment {
  readonly networkName: string;
  /** `''` before the first start of a container. */
  readonly networkId: string;
  readonly ipv4: string | null;
  readonly ipv6: string | null;
  readonly mac: string | null;
  readonly aliases: readonly string[];
  readonly gatewayPriority: number;
  /** The network's gateway as this container was told it. */
  readonly gateways: readonly string[];
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
      project: labels[COMPOSE_PROJECT_LABEL] ?? '',
      service: labels[COMPOSE_SERVICE_LABEL] ?? '',
      publishedPorts: publishedPorts(ports),
      ...routedPorts(ports),
      exposedPorts: exposedPorts(Object.keys(objectOf(config['ExposedPorts'])), Object.keys(ports)),
      links: links(host, network),
      mounts: mounts(root, host),
      privileged: host['Privileged'] === true,
      capAdd: textsOf(host['CapAdd']).map((capability) => capability.toUpperCase().replace(/^CAP_/, '')),
      labels,
      pid: Math.max(0, numberOf(state['Pid'])),
      startedAt: timeOf(state['StartedAt']),
    },
    networkMode: textOf(host['NetworkMode']),
    pidMode: textOf(host['PidMode']),
    ipcMode: textOf(host['IpcMode']),
    attachments: Object.entries(objectOf(network['Networks'])).map(([key, value]) =>
      attachment(key, objectOf(value), name),
    ),
  };
}

const STATES: readonly ContainerState[] = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];

/** Podman's own words for the same. */
const PODMAN_STATES: Readonly<Record<string, ContainerState>> = {
  configured: 'created',
  initialized: 'created',
  stopped: 'exited',
  stopping: 'running',
};

function stateOf(state: JsonObject): ContainerState {
  const status = textOf(state['Status']).toLowerCase();
  const known = STATES.find((candidate) => candidate === status) ?? PODMAN_STATES[status];
  if (known) return known;
  if (state['Paused'] === true) return 'paused';
  if (state['Restarting'] === true) return 'restarting';
  return state['Running'] === true ? 'running' : 'exited';
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
    gatewayPriority: numberOf(settings['GwPriority']),
    gateways: [addressOf(settings['Gateway']), addressOf(settings['IPv6Gateway'])].filter(
      (gateway) => gateway !== null,
    ),
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
      // Podman leaves the address out for "all of them".
      const address = textOf(fields['HostIp']) || '0.0.0.0';
      return Number.isInteger(hostPort) && hostPort > 0 && hostPort <= 65_535 ? [{ ...port, address, hostPort }] : [];
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
 * `/target:/self/alias` on the default bridge, `target:alias` on others: both give a name; what else a link does
 * depends on the network.
 */
function links(host: JsonObject, network: JsonObject): readonly Link[] {
  const texts = [
    ...textsOf(host['Links']),
    ...Object.values(objectOf(network['Networks'])).flatMap((settings) => textsOf(objectOf(settings)['Links'])),
  ];
  const found = new Map<string, Link>();
  for (const text of texts) {
    const colon = text.indexOf(':');
    const target = (colon < 0 ? text : text.slice(0, colon)).replace(/^\//, '');
    const alias =
      colon < 0 ? target : text.slice(text.lastIndexOf('/') > colon ? text.lastIndexOf('/') + 1 : colon + 1);
    if (target !== '') found.set(`${target}:${alias}`, { targetName: target, alias });
  }
  return [...found.values()];
}

function mounts(root: JsonObject, host: JsonObject): readonly Mount[] {
  const listed = arrayOf(root['Mounts']).map((item): Mount => {
    const mount = objectOf(item);
    const type = textOf(mount['Type']);
    const kind = type === 'bind' || type === 'volume' || type === 'tmpfs' ? type : 'other';
    return {
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
