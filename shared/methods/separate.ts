/**
 * M1: separate networks.  A network that both sides are on is split, so that exactly the wanted pairs lose their path: one
 * side moves to a network of its own kind, and everybody else is on both.
 *
 * Separation knows no direction and no ports, and closes no way through the machine: the effect says what is left.
 */
import {
  isContainer,
  isUp,
  SWARM_SERVICE_ID_LABEL,
  type Attachment,
  type ContainerEndpoint,
  type Network,
  type Topology,
} from '../topology/model.ts';
import type { OBSTACLES } from '../policy/obstacle-texts.ts';
import type { MethodStep, NetworkDraft } from './model.ts';

/** Why the method cannot be used here; the texts are among the obstacles. */
export interface Hindrance {
  readonly rule: Extract<keyof typeof OBSTACLES, `T${string}`>;
  readonly params: Readonly<Record<string, string>>;
}

export interface Separation {
  readonly steps: readonly MethodStep[];
  /** The topology as it will be, with made-up addresses on networks that do not exist yet. */
  readonly after: Topology;
  readonly touched: ReadonlySet<string>;
  readonly hindrances: readonly Hindrance[];
}

/** @param from, to ids of containers; the sides of the block. */
export function separate(topology: Topology, from: readonly string[], to: readonly string[]): Separation {
  const containers = new Map(topology.endpoints.filter(isContainer).map((one) => [one.id, one]));
  const sources = from.flatMap((id) => containers.get(id) ?? []);
  const targets = to.flatMap((id) => containers.get(id) ?? []);
  const nothing: Separation = { steps: [], after: topology, touched: new Set(), hindrances: [] };
  const both = sources.filter((one) => targets.includes(one));
  if (both.length > 0) return { ...nothing, hindrances: both.map(({ name }) => ({ rule: 'T4', params: { name } })) };
  const unfit = [...sources, ...targets].flatMap(unfitness);
  if (unfit.length > 0) return { ...nothing, hindrances: unfit };

  const split = new Splitter(topology);
  const hindrances: Hindrance[] = [];
  for (const network of topology.networks) {
    const members = [...containers.values()].filter((one) =>
      one.attachments.some(({ networkId }) => networkId === network.id),
    );
    const here = sources.filter((one) => members.includes(one));
    const there = targets.filter((one) => members.includes(one));
    if (here.length === 0 || there.length === 0) continue;
    if (network.driver !== 'bridge') {
      hindrances.push({ rule: 'T2', params: { network: network.name, driver: network.driver } });
      continue;
    }
    const tasks = members.filter(({ labels }) => labels[SWARM_SERVICE_ID_LABEL] !== undefined);
    hindrances.push(...tasks.map(({ name }): Hindrance => ({ rule: 'T3', params: { name } })));
    if (tasks.length === 0) split.apart(network, members, here, there);
  }
  if (hindrances.length > 0) return { ...nothing, hindrances };
  if (split.steps.length === 0) return { ...nothing, hindrances: [{ rule: 'T1', params: {} }] };
  return { steps: split.steps, after: split.topology(), touched: split.touched, hindrances: [] };
}

function unfitness({ name, networkMode, labels }: ContainerEndpoint): readonly Hindrance[] {
  if (networkMode.kind !== 'own') return [{ rule: 'T5', params: { name } }];
  return labels[SWARM_SERVICE_ID_LABEL] === undefined ? [] : [{ rule: 'T3', params: { name } }];
}

class Splitter {
  readonly steps: MethodStep[] = [];
  readonly touched = new Set<string>();
  readonly #topology: Topology;
  readonly #networks: Network[] = [];
  readonly #attachments = new Map<string, readonly Attachment[]>();

  constructor(topology: Topology) {
    this.#topology = topology;
  }

  apart(
    network: Network,
    members: readonly ContainerEndpoint[],
    here: readonly ContainerEndpoint[],
    there: readonly ContainerEndpoint[],
  ): void {
    // Whoever moves gets other addresses: the fewer, and of those who publish fewer ports, the better.
    const cost = (side: readonly ContainerEndpoint[]): number =>
      side.length * 1000 + side.reduce((sum, { publishedPorts }) => sum + publishedPorts.length, 0);
    const [moving, staying] = cost(here) < cost(there) ? [here, there] : [there, here];
    const others = members.filter((one) => !moving.includes(one) && !staying.includes(one));
    const alone = others.length === 0 && moving.length === 1 && network.internal;
    if (!alone) {
      const draft = this.#draft(network);
      this.steps.push({ kind: 'network-create', draft });
      for (const one of [...others, ...moving]) this.#connect(draft, network, one);
    }
    for (const one of moving) this.#disconnect(network, one);
  }

  topology(): Topology {
    return {
      ...this.#topology,
      networks: [...this.#topology.networks, ...this.#networks],
      endpoints: this.#topology.endpoints.map((one) => {
        const attachments = this.#attachments.get(one.id);
        return isContainer(one) && attachments ? { ...one, attachments } : one;
      }),
    };
  }

  #draft(network: Network): NetworkDraft {
    const taken = new Set([...this.#topology.networks, ...this.#networks].map(({ name }) => name));
    let name = `${network.name}-apart`;
    for (let number = 2; taken.has(name); number += 1) name = `${network.name}-apart-${String(number)}`;
    const draft = { key: `new:${name}`, name, like: network.id };
    const place = this.#networks.length + 1;
    const subnets = [{ subnet: `100.127.${String(place)}.0/24`, gateway: `100.127.${String(place)}.1` }];
    if (network.ipv6) subnets.push({ subnet: `fdff:${String(place)}::/64`, gateway: `fdff:${String(place)}::1` });
    // The default bridge knows no names; a network made like it does, as all that are made do.
    this.#networks.push({ ...network, id: draft.key, name, subnets, labels: {}, options: optionsLike(network) });
    return draft;
  }

  #attached({ id, attachments }: ContainerEndpoint): readonly Attachment[] {
    return this.#attachments.get(id) ?? attachments;
  }

  #connect(draft: NetworkDraft, network: Network, container: ContainerEndpoint): void {
    const old = container.attachments.find(({ networkId }) => networkId === network.id);
    const aliases = aliasesOf(container, old);
    const place = draftPlace(this.#networks, draft);
    const host = 2 + this.touched.size;
    const attachment: Attachment = {
      networkId: draft.key,
      ipv4: isUp(container) ? `100.127.${String(place)}.${String(host)}` : null,
      ipv6: isUp(container) && network.ipv6 ? `fdff:${String(place)}::${host.toString(16)}` : null,
      mac: null,
      aliases: old?.aliases ?? [],
    };
    this.#attachments.set(container.id, [...this.#attached(container), attachment]);
    this.touched.add(container.id);
    this.steps.push({ kind: 'network-connect', network: draft.key, container: container.id, aliases });
  }

  #disconnect(network: Network, container: ContainerEndpoint): void {
    const left = this.#attached(container).filter(({ networkId }) => networkId !== network.id);
    this.#attachments.set(container.id, left);
    this.touched.add(container.id);
    this.steps.push({ kind: 'network-disconnect', network: network.id, container: container.id, aliases: [] });
  }
}

function draftPlace(networks: readonly Network[], { key }: NetworkDraft): number {
  return networks.findIndex(({ id }) => id === key) + 1;
}

/** Names somebody gave: the engine adds the container's own name and the beginning of its id by itself. */
export function aliasesOf({ id, name }: ContainerEndpoint, attachment: Attachment | undefined): readonly string[] {
  return (attachment?.aliases ?? []).filter((alias) => alias !== name && !id.startsWith(alias));
}

/** What a second network may not have in common with the first. */
const UNIQUE = [
  'com.docker.network.bridge.name',
  'com.docker.network.bridge.default_bridge',
  'com.docker.network.container_iface_prefix',
];

/** Options for a network like that one. */
export function optionsLike({ options }: Pick<Network, 'options'>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !UNIQUE.includes(name)));
}
