/** Who answers to what name, out of the topology: the embedded DNS of each network, and what registries were found to hold. */
import type { NamesView } from '../../shared/contract/services.ts';
import { networkNames } from '../../shared/reachability/directory.ts';
import { discoveryToolOf } from '../../shared/topology/discovery.ts';
import {
  GATEWAY_BRIDGE,
  isContainer,
  isService,
  type ContainerEndpoint,
  type Topology,
} from '../../shared/topology/model.ts';

const DEFAULT_BRIDGE = 'com.docker.network.bridge.default_bridge';

export function namesView(topology: Topology): NamesView {
  const names = networkNames(topology);
  const endpoints = new Map(topology.endpoints.map((one) => [one.id, one]));
  const nameOf = (id: string): string => endpoints.get(id)?.name ?? '';
  return {
    networks: topology.networks
      .filter(
        ({ driver, ingress, name }) => driver !== 'host' && driver !== 'null' && !ingress && name !== GATEWAY_BRIDGE,
      )
      .map((network) => ({
        id: network.id,
        name: network.name,
        driver: network.driver,
        dns: network.options[DEFAULT_BRIDGE] !== 'true',
        names: (names.get(network.id) ?? []).map(({ name, how, asker, holders }) => ({
          name,
          how,
          ...(asker === undefined ? {} : { asker: nameOf(asker) }),
          holders: holders.flatMap(({ id, addresses }) => {
            const endpoint = endpoints.get(id);
            if (!endpoint || !(isContainer(endpoint) || isService(endpoint))) return [];
            return [{ id, name: endpoint.name, kind: endpoint.kind, addresses: [...addresses] }];
          }),
        })),
      })),
    registries: registriesOf(topology),
  };
}

function registriesOf({ endpoints, catalogues = [] }: Topology): NamesView['registries'] {
  const containers = endpoints.filter(isContainer);
  const byAddress = new Map(containers.flatMap((one) => addressesOf(one).map((address) => [address, one.name])));
  const byName = new Set(containers.map(({ name }) => name));
  return containers.flatMap((container) => {
    const tool = container.state === 'running' ? discoveryToolOf(container) : null;
    if (!tool) return [];
    const read = catalogues.find(({ containerId }) => containerId === container.id);
    return [
      {
        id: container.id,
        name: container.name,
        tool: tool.kind,
        readable: tool.readable,
        entries:
          read?.entries.map(({ name, address, port }) => ({
            name,
            address,
            port,
            container: byAddress.get(address) ?? (byName.has(address) ? address : ''),
          })) ?? null,
      },
    ];
  });
}

function addressesOf({ attachments }: ContainerEndpoint): string[] {
  return attachments.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6].flatMap((address) => address ?? []));
}
