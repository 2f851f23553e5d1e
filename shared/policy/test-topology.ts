/** Small topologies for tests, written as differences from a plain running container. */
import {
  compareEndpoints,
  ZONES,
  type Attachment,
  type ContainerEndpoint,
  type Network,
  type PublishedPort,
  type ServiceEndpoint,
  type Topology,
} from '../topology/model.ts';

export function container(name: string, given: Partial<ContainerEndpoint> = {}): ContainerEndpoint {
  return {
    kind: 'container',
    id: `id-${name}`,
    name,
    image: 'image',
    state: 'running',
    project: '',
    service: '',
    networkMode: { kind: 'own' },
    attachments: [],
    publishedPorts: [],
    exposedPorts: [],
    links: [],
    mounts: [],
    privileged: false,
    capAdd: [],
    pidMode: '',
    ipcMode: '',
    labels: {},
    pid: 100,
    startedAt: 1,
    ...given,
  };
}

export function service(name: string, given: Partial<ServiceEndpoint> = {}): ServiceEndpoint {
  return {
    kind: 'service',
    id: `id-${name}`,
    name,
    project: '',
    service: name,
    mode: 'replicated',
    endpointMode: 'vip',
    virtualAddresses: [],
    publishedPorts: [],
    networks: [],
    tasks: [],
    desired: 1,
    labels: {},
    ...given,
  };
}

/** `attach('net1', '172.18.0.3')`; the hardware address follows the IPv4 address as Docker's does. */
export function attach(networkId: string, ipv4: string | null, given: Partial<Attachment> = {}): Attachment {
  const mac = ipv4?.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return { networkId, ipv4, ipv6: null, mac: mac ? `02:42:${mac.join(':')}` : null, aliases: [], ...given };
}

/** `published('0.0.0.0:5432', 5432)` and `published('[::]:5432', 5432)`. */
export function published(binding: string, port: number, protocol: PublishedPort['protocol'] = 'tcp'): PublishedPort {
  const at = binding.lastIndexOf(':');
  const address = binding.slice(0, at).replace(/[[\]]/g, '');
  return { protocol, port, address, hostPort: Number(binding.slice(at + 1)) };
}

export function network(id: string, given: Partial<Network> = {}): Network {
  return {
    id,
    name: id,
    driver: 'bridge',
    scope: 'local',
    internal: false,
    ipv6: false,
    ingress: false,
    attachable: false,
    subnets: [],
    options: {},
    labels: {},
    project: '',
    ...given,
  };
}

export function topologyOf(
  containers: readonly (ContainerEndpoint | ServiceEndpoint)[],
  networks: readonly Network[],
): Topology {
  return {
    engine: {
      name: 'test',
      version: '28.5.2',
      apiVersion: '1.51',
      kind: 'docker',
      operatingSystem: 'Debian',
      firewallBackend: 'iptables',
      swarm: false,
      rootless: false,
      bridgeNetfilter: false,
      userlandProxy: true,
      hostAddresses: ['192.0.2.10'],
    },
    endpoints: [...[...containers].sort(compareEndpoints), ...ZONES],
    networks,
  };
}
