/** Turns the model into the shapes of the contract. */
import type { ContainerView } from '../../shared/contract/containers.ts';
import type { EndpointView, EngineView, Limit, MatrixFrame, NetworkView } from '../../shared/contract/schemas.ts';
import type { GuardState } from '../../shared/contract/schemas.ts';
import type { Policy } from '../../shared/policy/model.ts';
import type { Matrix } from '../../shared/reachability/model.ts';
import {
  isContainer,
  isService,
  runningTasks,
  type ContainerEndpoint,
  type Endpoint,
  type Network,
  type ServiceEndpoint,
  type Topology,
} from '../../shared/topology/model.ts';
import { discoveryToolOf } from '../../shared/topology/discovery.ts';
import type { EngineDriver } from '../engine/driver.ts';
import { isolationsOf, type Isolations } from './isolation.ts';

export function engineView(driver: EngineDriver): EngineView {
  const facts = driver.topology().engine;
  return {
    address: driver.address,
    kind: driver.kind,
    name: facts.name,
    version: facts.version,
    apiVersion: facts.apiVersion,
    firewallBackend: facts.firewallBackend,
    operatingSystem: facts.operatingSystem,
  };
}

/** Names by id of one topology's networks and endpoints. */
export type Names = ReadonlyMap<string, string>;

export function namesOf({ networks, endpoints }: Topology): Names {
  return new Map([...networks, ...endpoints].map(({ id, name }) => [id, name]));
}

export function endpointView(endpoint: Endpoint, names: Names): EndpointView {
  if (isService(endpoint)) return serviceView(endpoint, names);
  if (!isContainer(endpoint)) {
    const { id, name, kind } = endpoint;
    return { id, name, kind, project: '', service: '', state: '', image: '', networks: [], addresses: [], ports: [] };
  }
  return {
    id: endpoint.id,
    name: endpoint.name,
    kind: 'container',
    project: endpoint.project,
    service: endpoint.service,
    state: endpoint.state,
    image: endpoint.image,
    networks: networksOf(endpoint, names),
    addresses: endpoint.attachments.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6].filter((address) => address !== null)),
    ports: unique([
      ...endpoint.exposedPorts.map(({ protocol, port }) => `${protocol}/${port}`),
      ...endpoint.publishedPorts.map(({ protocol, port }) => `${protocol}/${port}`),
    ]),
    ...discoveryOf(endpoint),
  };
}

function discoveryOf(container: ContainerEndpoint): { readonly discovery?: string } {
  const tool = container.state === 'running' ? discoveryToolOf(container) : null;
  return tool?.readable ? { discovery: tool.kind } : {};
}

function serviceView(service: ServiceEndpoint, names: Names): EndpointView {
  const { id, name, project, tasks, virtualAddresses, networks, publishedPorts } = service;
  const joined = [...networks, ...virtualAddresses, ...tasks.flatMap(({ addresses }) => addresses)];
  const called = virtualAddresses.length > 0 ? virtualAddresses : runningTasks(service).flatMap((one) => one.addresses);
  return {
    id,
    name,
    kind: 'service',
    project,
    service: service.service,
    state: serviceState(service),
    image: '',
    // One that is not listed is a node's own: `bridge` or `host`, as its tasks tell.
    networks: unique(joined.flatMap(({ networkId }) => names.get(networkId) ?? [])),
    addresses: unique(called.map(({ address }) => address)),
    ports: unique(publishedPorts.map(({ protocol, port }) => `${protocol}/${port}`)),
  };
}

/** `3/4`: tasks that run, tasks wanted. */
export function serviceState(service: ServiceEndpoint): string {
  return `${runningTasks(service).length}/${service.desired}`;
}

function networksOf(container: ContainerEndpoint, names: Names): string[] {
  const mode = container.networkMode;
  if (mode.kind === 'host' || mode.kind === 'none') return [mode.kind];
  // As Docker writes it, but by name.
  if (mode.kind === 'container') return [`container:${names.get(mode.containerId) ?? mode.containerId.slice(0, 12)}`];
  return container.attachments.map(({ networkId }) => names.get(networkId) ?? networkId.slice(0, 12));
}

export function networkView(network: Network): NetworkView {
  const { id, name, driver, internal } = network;
  return { id, name, driver, internal, subnets: network.subnets.map(({ subnet }) => subnet) };
}

export function containerView(container: ContainerEndpoint, names: Names): ContainerView {
  const { status } = container;
  return {
    ...endpointView(container, names),
    startedAt: container.startedAt,
    finishedAt: status?.finishedAt ?? 0,
    createdAt: status?.createdAt ?? 0,
    ...(status?.health ? { health: status.health } : {}),
    ...(typeof status?.exitCode === 'number' ? { exitCode: status.exitCode } : {}),
    published: container.publishedPorts.map(({ address, hostPort, port, protocol }) => ({
      address,
      hostPort,
      port,
      protocol,
    })),
  };
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

export function containerList(topology: Topology, isolations: Isolations): ContainerView[] {
  const names = namesOf(topology);
  return topology.endpoints.filter(isContainer).map((container) => marked(containerView(container, names), isolations));
}

function marked<View extends EndpointView>(view: View, isolations: Isolations): View {
  const isolation = isolations.get(view.id);
  return isolation ? { ...view, isolation } : view;
}

export function matrixFrame(
  revision: number,
  topology: Topology,
  matrix: Matrix,
  guard: GuardState,
  policy: Policy,
  limits: Limit[] = [],
): MatrixFrame {
  const { posture, guarded, isolated, offline } = policy;
  const isolations = isolationsOf(policy, topology);
  const names = namesOf(topology);
  return {
    revision,
    endpoints: topology.endpoints.map((endpoint) => marked(endpointView(endpoint, names), isolations)),
    networks: topology.networks.map(networkView),
    verdicts: Buffer.from(matrix.verdicts).toString('base64'),
    flags: Buffer.from(matrix.flags).toString('base64'),
    guard,
    standing: { posture, guarded: [...guarded], isolated: [...isolated], offline: [...offline] },
    ...(limits.length > 0 ? { limits } : {}),
  };
}
