/** Networks and who is on them, out of the topology. */
import type { MemberView, NetworkRow } from '../../shared/contract/networks.ts';
import type { PrunePreview } from '../../shared/contract/images.ts';
import { isContainer, isService, type Endpoint, type Network, type Topology } from '../../shared/topology/model.ts';
import { shortTexts } from '../lib/short-texts.ts';
import { serviceState } from './views.ts';

const ICC = 'com.docker.network.bridge.enable_icc';
/** Networks every engine has, by name. */
const BUILTIN: ReadonlySet<string> = new Set(['bridge', 'host', 'none', 'ingress', 'docker_gwbridge']);

export function networkRows({ networks, endpoints }: Topology): NetworkRow[] {
  const members = membersByNetwork(endpoints, networks);
  return networks.map((network) => ({
    id: network.id,
    name: network.name,
    driver: network.driver,
    scope: network.scope,
    internal: network.internal,
    ipv6: network.ipv6,
    attachable: network.attachable,
    icc: network.driver === 'bridge' ? network.options[ICC] !== 'false' : null,
    subnets: network.subnets.map((one) => ({ ...one })),
    options: shortTexts(network.options),
    labels: shortTexts(network.labels),
    project: network.project,
    builtin: isBuiltin(network),
    members: members.get(network.id) ?? [],
  }));
}

/** Nobody is on them, stopped containers included; networks of a Swarm may be used on other nodes. */
export function unusedNetworks(topology: Topology): PrunePreview {
  const items = networkRows(topology)
    .filter(({ builtin, members, scope }) => !builtin && members.length === 0 && scope !== 'swarm')
    .map(({ id, name }) => ({ id, name, size: null }));
  return { items, bytes: 0 };
}

function isBuiltin({ name, ingress }: Network): boolean {
  return ingress || BUILTIN.has(name);
}

function membersByNetwork(
  endpoints: readonly Endpoint[],
  networks: readonly Network[],
): ReadonlyMap<string, MemberView[]> {
  const byNetwork = new Map<string, MemberView[]>();
  const host = networks.find(({ driver }) => driver === 'host');
  const none = networks.find(({ driver }) => driver === 'null');
  const add = (networkId: string, member: MemberView): void => {
    byNetwork.set(networkId, [...(byNetwork.get(networkId) ?? []), member]);
  };
  for (const endpoint of endpoints) {
    if (isContainer(endpoint)) {
      const { id, name, state } = endpoint;
      const common = { id, name, kind: 'container', state } as const;
      for (const { networkId, ipv4, ipv6, mac, aliases } of endpoint.attachments) {
        add(networkId, { ...common, ipv4, ipv6, mac, aliases: [...aliases] });
      }
      const special = { host, none }[endpoint.networkMode.kind as 'host' | 'none'];
      const listed = endpoint.attachments.some(({ networkId }) => networkId === special?.id);
      if (special && !listed) add(special.id, { ...common, ipv4: null, ipv6: null, mac: null, aliases: [] });
    } else if (isService(endpoint)) {
      const { id, name } = endpoint;
      for (const networkId of new Set(endpoint.networks.map((one) => one.networkId))) {
        const { address = null } = endpoint.virtualAddresses.find((one) => one.networkId === networkId) ?? {};
        const isSix = address?.includes(':') ?? false;
        add(networkId, {
          id,
          name,
          kind: 'service',
          state: serviceState(endpoint),
          ipv4: isSix ? null : address,
          ipv6: isSix ? address : null,
          mac: null,
          aliases: endpoint.networks.flatMap((one) => (one.networkId === networkId ? one.aliases : [])),
        });
      }
    }
  }
  return byNetwork;
}
