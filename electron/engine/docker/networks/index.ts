/** Networks of a real engine. */
import type { CreateNetwork } from '../../../../shared/contract/networks.ts';
import type { NetworksDomain } from '../../domains/networks.ts';
import { objectOf, textOf } from '../../inventory/json.ts';
import { pathOf, PATIENCE_MS, tell, type Api } from '../ask.ts';

const ICC = 'com.docker.network.bridge.enable_icc';

export function createNetworks(api: Api): NetworksDomain {
  return {
    create: async (spec) => {
      const body = creationOf(spec);
      const made = await api().request('/networks/create', { method: 'POST', body, timeoutMs: PATIENCE_MS });
      return textOf(objectOf(made)['Id']);
    },
    remove: (ref, { signal } = {}) => tell(api, pathOf('networks', ref), { method: 'DELETE', signal }),
    connect: ({ network, container, aliases, ipv4, ipv6 }) => {
      const ipam = { ...(ipv4 ? { IPv4Address: ipv4 } : {}), ...(ipv6 ? { IPv6Address: ipv6 } : {}) };
      const settings = {
        ...(aliases.length > 0 ? { Aliases: aliases } : {}),
        ...(Object.keys(ipam).length > 0 ? { IPAMConfig: ipam } : {}),
      };
      const body = { Container: container, EndpointConfig: settings };
      return tell(api, pathOf('networks', network, 'connect'), { method: 'POST', body });
    },
    disconnect: (network, container) =>
      tell(api, pathOf('networks', network, 'disconnect'), {
        method: 'POST',
        body: { Container: container, Force: false },
      }),
  };
}

function creationOf({
  name,
  driver,
  subnets,
  internal,
  attachable,
  ipv6,
  icc,
  options,
  labels,
}: CreateNetwork): object {
  return {
    Name: name,
    // Engines before 25 make a second one of the same name otherwise.
    CheckDuplicate: true,
    Driver: driver,
    Internal: internal,
    Attachable: attachable,
    EnableIPv6: ipv6,
    Options: { ...options, ...(icc === undefined ? {} : { [ICC]: String(icc) }) },
    Labels: labels,
    ...(subnets.length === 0
      ? {}
      : {
          IPAM: {
            Driver: 'default',
            Config: subnets.map(({ subnet, gateway, range }) => ({
              Subnet: subnet,
              ...(gateway ? { Gateway: gateway } : {}),
              ...(range ? { IPRange: range } : {}),
            })),
          },
        }),
  };
}
