/** Ways to a Swarm service and its tasks: virtual addresses, tasks on other nodes, the routing mesh. Rules N13–N15 of SPEC.md. */
import { hasPort, isEmpty, NO_PORTS, unionOf, type PortSet } from '../ports.ts';
import {
  isContainer,
  isService,
  runningTasks,
  SWARM_SERVICE_ID_LABEL,
  type ContainerEndpoint,
  type Endpoint,
  type ServiceEndpoint,
  type ServicePort,
  type ServiceTask,
  type SwarmNode,
  type Topology,
} from '../topology/model.ts';
import { ipv4Text, ipv6Text } from './address.ts';

export interface Addresses {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

/**
 * A service that leads from somebody to a task of its under an address that is not the caller's.  Null for the service
 * itself: only managers know it.
 */
export interface HiddenWay {
  readonly service: ServiceEndpoint | null;
  readonly name: string;
}

/**
 * The service whose virtual address or routing mesh leads from `from` to its task `to`: behind both a load balancer of the
 * engine's own sends on under its own address.  Null where neither does.
 */
export function hiddenWay(topology: Topology, from: Endpoint, to: ContainerEndpoint): HiddenWay | null {
  const id = to.labels[SWARM_SERVICE_ID_LABEL];
  if (id === undefined) return null;
  const service = topology.endpoints.filter(isService).find((one) => one.id === id);
  // Only managers know: elsewhere every task may have either, and the mesh alone leads from outside.
  if (!service) return isContainer(from) || isOnIngress(topology, to) ? { service: null, name: to.service } : null;
  const calls = isContainer(from) ? meets(service, from) : isService(from) && sharesVirtual(service, from);
  return isMeshed(service) || calls ? { service, name: service.name } : null;
}

export function isMeshed({ publishedPorts }: ServiceEndpoint): boolean {
  return publishedPorts.some(({ mode }) => mode === 'ingress');
}

function isOnIngress({ networks }: Topology, { attachments }: ContainerEndpoint): boolean {
  return attachments.some(({ networkId }) => networks.some(({ id, ingress }) => id === networkId && ingress));
}

function meets({ virtualAddresses }: ServiceEndpoint, { attachments }: ContainerEndpoint): boolean {
  return virtualAddresses.some(({ networkId }) => attachments.some((one) => one.networkId === networkId));
}

function sharesVirtual({ virtualAddresses }: ServiceEndpoint, { networks }: ServiceEndpoint): boolean {
  return virtualAddresses.some(({ networkId }) => networks.some((one) => one.networkId === networkId));
}

/** The containers of this node that are tasks of it. */
export function tasksHere({ id }: ServiceEndpoint, { endpoints }: Topology): readonly ContainerEndpoint[] {
  return endpoints.filter(isContainer).filter(({ labels }) => labels[SWARM_SERVICE_ID_LABEL] === id);
}

/** Its running tasks that are no containers of this node. */
export function tasksElsewhere(service: ServiceEndpoint, { endpoints }: Topology): readonly ServiceTask[] {
  const here = new Set(endpoints.filter(isContainer).map(({ id }) => id));
  return runningTasks(service).filter(({ containerId }) => !here.has(containerId));
}

/** Overlay addresses of its tasks on other nodes. */
export function elsewhereAddresses(service: ServiceEndpoint, topology: Topology): Addresses {
  return split(tasksElsewhere(service, topology).flatMap(({ addresses }) => addresses.map(({ address }) => address)));
}

/**
 * Addresses behind which a service is called: its virtual ones, and those of its tasks on other nodes.  Tasks on this node
 * are containers of their own.
 */
export function serviceAddresses(service: ServiceEndpoint, topology: Topology): Addresses {
  const virtual = split(service.virtualAddresses.map(({ address }) => address));
  const tasks = elsewhereAddresses(service, topology);
  return { ipv4: [...virtual.ipv4, ...tasks.ipv4], ipv6: [...virtual.ipv6, ...tasks.ipv6] };
}

function split(all: readonly string[]): Addresses {
  return {
    ipv4: all.flatMap((address) => ipv4Text(address) ?? []),
    ipv6: all.flatMap((address) => ipv6Text(address) ?? []),
  };
}

/** Ports by which the routing mesh leads to one of `ports`. */
function meshPorts({ publishedPorts }: ServiceEndpoint, ports: PortSet): readonly ServicePort[] {
  return publishedPorts.filter(({ mode, protocol, port }) => mode === 'ingress' && hasPort(ports, protocol, port));
}

/** As sets want them: `tcp . 8080`, numbered as on the machine. */
export function meshDoors(service: ServiceEndpoint, ports: PortSet): readonly string[] {
  return [...new Set(meshPorts(service, ports).map(({ protocol, hostPort }) => `${protocol} . ${String(hostPort)}`))];
}

/** One machine's addresses and the ports there that lead to a service. */
export interface Doorway extends Addresses {
  readonly ports: PortSet;
}

/**
 * Where else than at this machine's own addresses one of `ports` is published: the mesh's entry on the gateway bridge, and
 * other nodes, as far as their addresses are known: by the mesh at each, in host mode where its tasks are.
 */
export function doorways(service: ServiceEndpoint, topology: Topology, ports: PortSet): readonly Doorway[] {
  const { swarmNodes = [], meshEntries = [] } = topology.engine;
  const mesh = meshPorts(service, ports);
  const away = tasksElsewhere(service, topology);
  const atNode = ({ id }: SwarmNode): readonly ServicePort[] =>
    away
      .filter(({ nodeId }) => nodeId === id)
      .flatMap(({ hostedPorts = [] }) => [
        ...hostedPorts,
        ...service.publishedPorts.filter(({ mode }) => mode === 'host'),
      ])
      .filter(({ protocol, port }) => hasPort(ports, protocol, port));
  const all: Doorway[] = [
    { ...split(meshEntries), ports: numbers(mesh) },
    ...swarmNodes.map((node): Doorway => ({ ...split(node.addresses), ports: numbers([...mesh, ...atNode(node)]) })),
  ];
  return all.filter((one) => !isEmpty(one.ports) && one.ipv4.length + one.ipv6.length > 0);
}

/** Their numbers on the machine; SCTP has no ports of its own here: all of it that is neither TCP nor UDP. */
function numbers(ports: readonly ServicePort[]): PortSet {
  return ports.reduce((set, { protocol, hostPort }) => {
    const one: PortSet =
      protocol === 'sctp' ? { ...NO_PORTS, other: true } : { ...NO_PORTS, [protocol]: [[hostPort, hostPort]] };
    return unionOf(set, one);
  }, NO_PORTS);
}
