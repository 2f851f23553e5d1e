/** What a Swarm adds to an engine: services with their tasks, and the hidden bridge of those on overlay networks. */
import {
  GATEWAY_BRIDGE,
  calledBy,
  STACK_LABEL,
  type Network,
  type ServiceAddress,
  type ServiceEndpoint,
  type ServicePort,
  type SwarmNode,
  type ServiceTask,
} from '../../../shared/topology/model.ts';
import { RefusalError } from '../connection/faults.ts';
import { addressOf, arrayOf, numberOf, objectOf, textMapOf, textOf, textsOf, type JsonObject } from './json.ts';
import { withoutStack } from './to-container.ts';
import { toNetwork } from './to-network.ts';

/** A container's place on the gateway bridge. */
export interface GatewayPlace {
  readonly networkId: string;
  readonly ipv4: string | null;
  readonly ipv6: string | null;
  readonly mac: string | null;
}

export interface SwarmParts {
  /** The gateway bridge: the engine makes it without an event, and it may come after the networks were listed. */
  readonly bridge: Network | null;
  /** Empty where the engine is no manager: then services are not known, which is not the same as none. */
  readonly services: readonly ServiceEndpoint[];
  /** By container id. */
  readonly gateways: ReadonlyMap<string, GatewayPlace>;
  /** The other nodes; null where the engine is no manager. */
  readonly nodes: readonly SwarmNode[] | null;
  /** Where the routing mesh is entered on the gateway bridge. */
  readonly entries: readonly string[];
}

export const NO_SWARM: SwarmParts = { bridge: null, services: [], gateways: new Map(), nodes: null, entries: [] };

/** The engine's own place on the gateway bridge, behind which the routing mesh begins. */
const MESH_ENTRY = 'ingress-sbox';

type Get = (path: string, query?: Readonly<Record<string, string | boolean>>) => Promise<unknown>;

/**
 * Lists what this node knows of its Swarm: one request for the gateway bridge, three more on a manager.
 *
 * @throws what `get` throws, a `RefusalError` among it when the node has left its Swarm meanwhile.
 */
export async function readSwarm(
  get: Get,
  { manager, nodeId }: { readonly manager: boolean; readonly nodeId: string },
): Promise<SwarmParts> {
  const [bridge, services, tasks, nodes] = await Promise.all([
    get(`/networks/${GATEWAY_BRIDGE}`).catch(nullWhenGone),
    manager ? get('/services') : null,
    manager ? get('/tasks') : null,
    manager ? get('/nodes') : null,
  ]);
  const gateways = toGateways(bridge);
  const { ipv4 = null, ipv6 = null } = gateways.get(MESH_ENTRY) ?? {};
  return {
    bridge: toNetwork(bridge),
    services: toServices(services, tasks, nodes),
    gateways,
    nodes: manager ? toNodes(nodes, nodeId) : null,
    entries: [ipv4, ipv6].flatMap((address) => address ?? []),
  };
}

/** All nodes of `GET /nodes` but this one, in the order of their ids, with the addresses that anybody told of them. */
export function toNodes(json: unknown, ownId: string): readonly SwarmNode[] {
  const nodes = arrayOf(json).flatMap((item): SwarmNode[] => {
    const root = objectOf(item);
    const id = textOf(root['ID']);
    if (id === '' || id === ownId) return [];
    // The manager's is told with its port; the other one is `0.0.0.0` where the node did not say.
    const manager = textOf(objectOf(root['ManagerStatus'])['Addr']).replace(/:\d+$/, '');
    const told = [textOf(objectOf(root['Status'])['Addr']), manager.replace(/^\[|\]$/g, '')];
    const addresses = told
      .flatMap((text) => addressOf(text) ?? [])
      .filter((text) => text !== '0.0.0.0' && text !== '::');
    return [{ id, name: textOf(objectOf(root['Description'])['Hostname']), addresses: [...new Set(addresses)] }];
  });
  return nodes.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function nullWhenGone(thrown: unknown): null {
  if (thrown instanceof RefusalError && thrown.status === 404) return null;
  throw thrown;
}

/** `GET /networks/docker_gwbridge`: its members by container id; the engine's own are `ingress-sbox` and the like. */
export function toGateways(json: unknown): ReadonlyMap<string, GatewayPlace> {
  const root = objectOf(json);
  const networkId = textOf(root['Id']);
  const found = new Map<string, GatewayPlace>();
  for (const [id, value] of Object.entries(objectOf(root['Containers']))) {
    const member = objectOf(value);
    found.set(id, {
      networkId,
      ipv4: addressOf(member['IPv4Address']),
      ipv6: addressOf(member['IPv6Address']),
      mac: textOf(member['MacAddress']).toLowerCase() || null,
    });
  }
  return found;
}

/** Services of `GET /services`, with their tasks of `GET /tasks` that are meant to run, on nodes of `GET /nodes`. */
export function toServices(services: unknown, tasks: unknown, nodes: unknown): readonly ServiceEndpoint[] {
  const away = new Set(
    arrayOf(nodes)
      .map(objectOf)
      .filter((node) => textOf(objectOf(node['Status'])['State']) === 'down')
      .map((node) => textOf(node['ID'])),
  );
  const byService = new Map<string, ServiceTask[]>();
  for (const json of arrayOf(tasks)) {
    const root = objectOf(json);
    const task = toTask(root, away);
    const service = textOf(root['ServiceID']);
    if (task) byService.set(service, [...(byService.get(service) ?? []), task]);
  }
  return arrayOf(services).flatMap((json) => {
    const root = objectOf(json);
    const found = byService.get(textOf(root['ID'])) ?? [];
    return toService(
      root,
      found.sort((a, b) => (a.id < b.id ? -1 : 1)),
    );
  });
}

/** Null for a task that is not meant to run any more: the engine keeps a few of those as history. */
function toTask(root: JsonObject, away: ReadonlySet<string>): ServiceTask | null {
  const id = textOf(root['ID']);
  const status = objectOf(root['Status']);
  const wanted = textOf(root['DesiredState']);
  // A job's task is meant to end, and runs until then.
  const current = wanted === 'running' || (wanted === 'complete' && textOf(status['State']) === 'running');
  if (id === '' || !current) return null;
  const nodeId = textOf(root['NodeID']);
  const hostedPorts = arrayOf(objectOf(status['PortStatus'])['Ports'])
    .flatMap(toPort)
    .filter(({ mode }) => mode === 'host');
  return {
    id,
    nodeId,
    running: textOf(status['State']) === 'running' && !away.has(nodeId),
    containerId: textOf(objectOf(status['ContainerStatus'])['ContainerID']),
    addresses: arrayOf(root['NetworksAttachments']).flatMap((item) => {
      const attachment = objectOf(item);
      const networkId = textOf(objectOf(attachment['Network'])['ID']);
      return addressesOf(networkId, textsOf(attachment['Addresses']));
    }),
    ...(hostedPorts.length > 0 ? { hostedPorts } : {}),
  };
}

function toService(root: JsonObject, tasks: readonly ServiceTask[]): readonly ServiceEndpoint[] {
  const id = textOf(root['ID']);
  if (id === '') return [];
  const spec = objectOf(root['Spec']);
  const endpoint = objectOf(root['Endpoint']);
  const labels = textMapOf(spec['Labels']);
  const name = textOf(spec['Name']);
  const project = calledBy(labels, STACK_LABEL);
  const mode = objectOf(spec['Mode']);
  const wanted = objectOf(spec['EndpointSpec']);
  return [
    {
      kind: 'service',
      id,
      name,
      project,
      service: withoutStack(name, project),
      mode: modeOf(mode),
      endpointMode: textOf(wanted['Mode']) === 'dnsrr' ? 'dnsrr' : 'vip',
      virtualAddresses: arrayOf(endpoint['VirtualIPs']).flatMap((item) => {
        const one = objectOf(item);
        return addressesOf(textOf(one['NetworkID']), [textOf(one['Addr'])]);
      }),
      publishedPorts: arrayOf(endpoint['Ports']).flatMap(toPort),
      // Before API 1.44 asked for on the service itself.
      networks: [...arrayOf(objectOf(spec['TaskTemplate'])['Networks']), ...arrayOf(spec['Networks'])].map((item) => {
        const asked = objectOf(item);
        return { networkId: textOf(asked['Target']), aliases: textsOf(asked['Aliases']) };
      }),
      tasks,
      desired: 'Replicated' in mode ? numberOf(objectOf(mode['Replicated'])['Replicas']) : tasks.length,
      labels,
    },
  ];
}

function modeOf(mode: JsonObject): ServiceEndpoint['mode'] {
  if ('ReplicatedJob' in mode) return 'replicated-job';
  if ('GlobalJob' in mode) return 'global-job';
  return 'Global' in mode ? 'global' : 'replicated';
}

function toPort(json: unknown): ServicePort[] {
  const root = objectOf(json);
  const port = numberOf(root['TargetPort']);
  const hostPort = numberOf(root['PublishedPort']);
  const told = textOf(root['Protocol']);
  const protocol = told === 'udp' || told === 'sctp' ? told : 'tcp';
  const valid = [port, hostPort].every((one) => Number.isInteger(one) && one >= 1 && one <= 65_535);
  const mode = textOf(root['PublishMode']) === 'host' ? 'host' : 'ingress';
  return valid ? [{ protocol, port, hostPort, mode }] : [];
}

function addressesOf(networkId: string, texts: readonly string[]): ServiceAddress[] {
  return texts.flatMap((text) => {
    const address = addressOf(text);
    return networkId === '' || address === null ? [] : [{ networkId, address }];
  });
}
