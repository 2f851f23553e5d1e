/** Which networks a project's services are to be on. */
import { isEmpty } from '../ports.ts';
import {
  isContainer,
  type Attachment,
  type ContainerEndpoint,
  type Network,
  type Topology,
} from '../topology/model.ts';
import { cover } from './clique-cover.ts';
import type { Ground } from './ground.ts';
import { passes, type Reaches } from './reach.ts';
import { COMPOSE_NETWORK_LABEL, type MadeNetwork } from './separation.ts';

const MTU = 'com.docker.network.driver.mtu';
/** Keys of networks that only an override has; those of an earlier one are made anew. */
const OURS = /^bulkhead-(?:in|out)6?(?:-mtu\d+)?-\d+$/;

/**
 * The key says what the network is like: one that an earlier override left on the engine under the same key is like the new one, since
 * Compose (m 2.40) fails to change a network that is there.
 */
function kindOf({ internal, ipv6, mtu }: Pick<MadeNetwork, 'internal' | 'ipv6' | 'mtu'>): string {
  return `bulkhead-${internal ? 'in' : 'out'}${ipv6 ? '6' : ''}${mtu === '' ? '' : `-mtu${mtu}`}`;
}

export interface Place {
  readonly networks: readonly MadeNetwork[];
  /** Of services, by number. */
  readonly none: ReadonlySet<number>;
  readonly fewest: boolean;
}

export function placing(
  services: readonly (readonly ContainerEndpoint[])[],
  wanted: Reaches,
  ground: Ground,
  topology: Topology,
): Place {
  const pairsOf = (one: number, other: number): readonly (readonly [string, string])[] =>
    (services[one] ?? []).flatMap((a) => (services[other] ?? []).flatMap((b): [string, string][] => [[a.id, b.id]]));
  const meets = (a: string, b: string): boolean => !isEmpty(wanted(a, b).near) || !isEmpty(wanted(b, a).near);
  const may = services.map((_, one) => services.map((__, other) => pairsOf(one, other).some(([a, b]) => meets(a, b))));
  const goesOut = services.map((members) => members.some((one) => hasOutside(one, wanted)));
  const none = new Set(
    services.flatMap((members, at) => (members.every((one) => isCutOff(one, wanted, topology)) ? [at] : [])),
  );
  const kept = services.map((members) => members.map(ground.keptBy));
  const sharesKept = (one: number, other: number): boolean =>
    (kept[one] ?? []).every((mine) =>
      (kept[other] ?? []).every((theirs) => mine.some((network) => theirs.includes(network))),
    );
  const { groups, fewest } = cover({
    size: services.length,
    mayMeet: (one, other) => may[one]?.[other] ?? false,
    mayGoOut: (one) => goesOut[one] ?? false,
    meetElsewhere: sharesKept,
    // On a network that is kept it has a place, and a way out where that has one.
    outElsewhere: (one) =>
      none.has(one) ||
      (kept[one] ?? []).every((mine) => mine.some(({ internal }) => !internal || !(goesOut[one] ?? false))),
  });
  const serviceNames = services.map(([first]) => first?.service ?? '');
  const numbers = new Map<string, number>();
  const networks = groups.map(({ members, outward }): MadeNetwork => {
    const ids = members.flatMap((at) => (services[at] ?? []).map(({ id }) => id));
    const before = ground.own.filter((network) => hasAny(topology, network, ids));
    const known = before.find((network) => isSame(topology, network, ids, !outward))?.labels[COMPOSE_NETWORK_LABEL];
    const mtus = new Set(before.map(({ options }) => options[MTU] ?? ''));
    const [mtu = ''] = mtus.size === 1 ? mtus : [];
    const made = {
      members: members.map((at) => serviceNames[at] ?? ''),
      internal: !outward,
      ipv6: before.some(({ ipv6 }) => ipv6),
      mtu: /^\d+$/.test(mtu) ? mtu : '',
    };
    if (known !== undefined) return { key: known, ...made };
    const kind = kindOf(made);
    const number = (numbers.get(kind) ?? 0) + 1;
    numbers.set(kind, number);
    return { key: `${kind}-${String(number)}`, ...made };
  });
  return { networks, none, fewest };
}

/** Whether it may reach what is outside, or be reached from there: both need a network that leads out. */
function hasOutside({ id }: ContainerEndpoint, wanted: Reaches): boolean {
  return (['lan', 'internet'] as const).some((zone) => passes(wanted(id, zone)) || passes(wanted(zone, id)));
}

/** Nothing in, nothing out, the machine included. */
function isCutOff({ id, publishedPorts }: ContainerEndpoint, wanted: Reaches, { endpoints }: Topology): boolean {
  if (publishedPorts.length > 0) return false;
  return endpoints.every((one) => one.id === id || (!passes(wanted(id, one.id)) && !passes(wanted(one.id, id))));
}

function hasAny({ endpoints }: Topology, network: Network, ids: readonly string[]): boolean {
  return endpoints
    .filter(isContainer)
    .some((one) => ids.includes(one.id) && one.attachments.some(({ networkId }) => networkId === network.id));
}

/** Options that do not change who reaches whom. */
const HARMLESS = new Set([MTU, 'com.docker.network.bridge.name', 'com.docker.network.container_iface_prefix']);

/** Whether the network is already one of exactly these, as a new one would be. */
function isSame({ endpoints }: Topology, network: Network, ids: readonly string[], internal: boolean): boolean {
  const key = network.labels[COMPOSE_NETWORK_LABEL];
  if (network.internal !== internal || key === undefined || OURS.test(key)) return false;
  if (!Object.keys(network.options).every((name) => HARMLESS.has(name))) return false;
  const members = endpoints
    .filter(isContainer)
    .filter((one) => one.attachments.some(({ networkId }) => networkId === network.id));
  return members.length === ids.length && members.every(({ id }) => ids.includes(id));
}

/** Names somebody gave: Compose adds the service's, the engine the container's own and the beginning of its id. */
export function aliasesIn(members: readonly ContainerEndpoint[], { own }: Ground): readonly string[] {
  const owned = new Set(own.map(({ id }) => id));
  const given = members.flatMap(({ id, name, service, hostname, attachments }) =>
    attachments
      .filter(({ networkId }) => owned.has(networkId))
      .flatMap(({ aliases }) => aliases)
      .filter((alias) => ![name, service, hostname ?? ''].includes(alias) && !id.startsWith(alias)),
  );
  return [...new Set(given)].sort();
}

/** The topology with the services on their new networks. */
export function placed(
  before: Topology,
  services: readonly (readonly ContainerEndpoint[])[],
  { networks, none }: Place,
  ground: Ground,
): Topology {
  const drafts = networks.map(({ key, internal, ipv6 }, at): Network => {
    const number = String(at + 1);
    const subnets = [{ subnet: `100.126.${number}.0/24`, gateway: `100.126.${number}.1` }];
    if (ipv6) subnets.push({ subnet: `fdfe:${number}::/64`, gateway: `fdfe:${number}::1` });
    return {
      id: `made:${key}`,
      name: key,
      driver: 'bridge',
      scope: 'local',
      internal,
      ipv6,
      ingress: false,
      attachable: false,
      subnets,
      options: {},
      labels: {},
      project: '',
    };
  });
  const moved = new Map<string, ContainerEndpoint>();
  let host = 1;
  services.forEach((members, at) => {
    for (const container of members) {
      host += 1;
      const made = networks.flatMap(({ members: names, ipv6 }, number): Attachment[] => {
        if (!names.includes(container.service)) return [];
        const place = String(number + 1);
        return [
          {
            networkId: drafts[number]?.id ?? '',
            ipv4: `100.126.${place}.${String(host)}`,
            ipv6: ipv6 ? `fdfe:${place}::${host.toString(16)}` : null,
            mac: null,
            aliases: [],
          },
        ];
      });
      const kept = new Set(ground.keptBy(container).map(({ id }) => id));
      const attachments = [...container.attachments.filter(({ networkId }) => kept.has(networkId)), ...made];
      moved.set(container.id, {
        ...container,
        attachments,
        ...(none.has(at) ? { networkMode: { kind: 'none' } as const } : {}),
      });
    }
  });
  return {
    ...before,
    networks: [...before.networks, ...drafts],
    endpoints: before.endpoints.map((one) => moved.get(one.id) ?? one),
  };
}
