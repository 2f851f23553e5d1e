/** Swarm services made ready for judging: which stacks stand behind each, and at which addresses it is called. */
import {
  isContainer,
  isService,
  runningTasks,
  SWARM_SERVICE_ID_LABEL,
  type ContainerEndpoint,
  type ServiceEndpoint,
  type ServicePort,
  type ServiceTask,
  type Topology,
} from '../topology/model.ts';
import type { Leg, Net } from './network.ts';
import type { Party, Stack } from './scene.ts';

/** An address on an overlay network. */
export interface OverlayAddress {
  readonly net: Net;
  readonly address: string;
}

/** What decides about one service. */
export interface Service {
  readonly endpoint: ServiceEndpoint;
  /** The stacks of its running tasks on this node, each once. */
  readonly local: readonly Stack[];
  /** The same, those together that get anywhere the others get: of each group one stands for all as a sender. */
  readonly alike: readonly (readonly Stack[])[];
  /** Its own addresses, the ingress network's left out: nobody but the routing mesh calls that one. */
  readonly virtual: readonly OverlayAddress[];
  /** Overlay addresses of running tasks on other nodes. */
  readonly remote: readonly OverlayAddress[];
  /** Running tasks that are no containers of this node. */
  readonly away: readonly ServiceTask[];
  /** How many tasks run, on all nodes. */
  readonly running: number;
  /** Ports that the routing mesh serves at every node. */
  readonly ingress: readonly ServicePort[];
  /** Ports served only where its tasks are. */
  readonly hosted: readonly ServicePort[];
  /** Overlay networks its tasks join. */
  readonly nets: readonly Net[];
}

export interface Services {
  /** The service that this stack stands for (kind `service`). */
  of(stack: Stack): Service | undefined;
  /** The service of which this stack is a running task, if it is known. */
  behind(stack: Stack): Service | undefined;
  /** Whether one of the two stands for the other: a service and a task of it on this node. */
  among(one: Stack, other: Stack): boolean;
  readonly all: readonly { readonly party: Party; readonly service: Service }[];
}

/** The containers of this node that are tasks, by service id. */
export function tasksIn({ endpoints }: Topology): ReadonlyMap<string, readonly ContainerEndpoint[]> {
  const found = new Map<string, ContainerEndpoint[]>();
  for (const endpoint of endpoints) {
    const id = isContainer(endpoint) ? endpoint.labels[SWARM_SERVICE_ID_LABEL] : undefined;
    if (id === undefined || !isContainer(endpoint)) continue;
    const known = found.get(id);
    if (known) known.push(endpoint);
    else found.set(id, [endpoint]);
  }
  return found;
}

/** `lookUp` finds a network by id; null for those nothing is reached through. */
export function servicesOf(parties: readonly Party[], lookUp: (networkId: string) => Net | null): Services {
  const local = new Map<string, Stack[]>();
  const containers = new Set<string>();
  for (const { endpoint, stack, activity } of parties) {
    if (!isContainer(endpoint) || activity !== 'live') continue;
    const id = endpoint.labels[SWARM_SERVICE_ID_LABEL];
    if (id === undefined) continue;
    containers.add(endpoint.id);
    const stacks = local.get(id);
    if (!stacks) local.set(id, [stack]);
    else if (!stacks.includes(stack)) stacks.push(stack);
  }
  const byStack = new Map<number, Service>();
  const byTask = new Map<number, Service>();
  const all: { party: Party; service: Service }[] = [];
  for (const party of parties) {
    const { endpoint, stack } = party;
    if (!isService(endpoint)) continue;
    const service = serviceOf(endpoint, local.get(endpoint.id) ?? [], containers, lookUp);
    all.push({ party, service });
    byStack.set(stack.index, service);
    // Tasks of a service on the `host` network share the machine's stack, and that is no one service's.
    for (const task of service.local) if (task.kind !== 'host') byTask.set(task.index, service);
  }
  const has = (one: Stack, other: Stack): boolean => byStack.get(one.index)?.local.includes(other) ?? false;
  return {
    all,
    of: (stack) => byStack.get(stack.index),
    behind: (stack) => byTask.get(stack.index),
    among: (one, other) => (one.kind === 'service' && has(one, other)) || (other.kind === 'service' && has(other, one)),
  };
}

function groupsOf(stacks: readonly Stack[]): ReadonlyMap<string, readonly Stack[]> {
  const groups = new Map<string, Stack[]>();
  for (const stack of stacks) {
    const key = senderKey(stack);
    const known = groups.get(key);
    if (known) known.push(stack);
    else groups.set(key, [stack]);
  }
  return groups;
}

/** All that rules ask of a sender. */
function senderKey({ kind, owner, legs, exit4, exit6 }: Stack): string {
  const places = legs.map(
    ({ net, v4, v6 }) => `${String(net.index)}${v4 === null ? '' : '+4'}${v6 === null ? '' : '+6'}`,
  );
  const exits = [exit4, exit6].map((exit) => `${exit.kind} ${String(exit.net?.index)} ${String(exit.rule)}`);
  // A link is the one thing that is about the container itself, and one container's links are hardly another's.
  const own = owner && owner.links.length > 0 ? owner.id : '';
  return [kind, own, ...exits, ...places.sort()].join(' ');
}

/**
 * The networks on which a service may meet somebody: those its tasks are asked to join and those its tasks here are on.
 * Without addresses, so that nobody takes it for a member.
 */
export function legsOf(
  { networks, virtualAddresses, tasks }: ServiceEndpoint,
  here: readonly ContainerEndpoint[],
  lookUp: (networkId: string) => Net | null,
): readonly Leg[] {
  const ids = [...networks, ...virtualAddresses, ...tasks.flatMap(({ addresses }) => addresses)];
  const nets = new Set([...ids, ...here.flatMap(({ attachments }) => attachments)].map((one) => lookUp(one.networkId)));
  return [...nets].flatMap((net) => (net ? [{ net, v4: null, v6: null, priority: 0 }] : []));
}

function serviceOf(
  endpoint: ServiceEndpoint,
  local: readonly Stack[],
  containers: ReadonlySet<string>,
  lookUp: (networkId: string) => Net | null,
): Service {
  const onOverlay = (addresses: ServiceEndpoint['virtualAddresses']): readonly OverlayAddress[] =>
    addresses.flatMap(({ networkId, address }) => {
      const net = lookUp(networkId);
      return net?.kind === 'overlay' ? [{ net, address }] : [];
    });
  const away = runningTasks(endpoint).filter(({ containerId }) => !containers.has(containerId));
  const remote = away.flatMap(({ addresses }) => onOverlay(addresses));
  const virtual = onOverlay(endpoint.virtualAddresses);
  const asked = endpoint.networks.flatMap(({ networkId }) => {
    const net = lookUp(networkId);
    return net?.kind === 'overlay' ? [net] : [];
  });
  return {
    endpoint,
    local,
    alike: [...groupsOf(local).values()],
    virtual,
    remote,
    running: local.length + away.length,
    away,
    ingress: endpoint.publishedPorts.filter(({ mode }) => mode === 'ingress'),
    hosted: endpoint.publishedPorts.filter(({ mode }) => mode === 'host'),
    nets: [...new Set([...asked, ...virtual.map(({ net }) => net), ...remote.map(({ net }) => net)])],
  };
}
