/** One network, from `GET /networks` or `GET /networks/{id}`. */
import { projectOf, type Network, type Subnet } from '../../../shared/topology/model.ts';
import { addressOf, arrayOf, objectOf, textMapOf, textOf } from './json.ts';

/** By this a Swarm speaks of `bridge` and `host` on all its nodes at once: names without a network behind them. */
const PREDEFINED_LABEL = 'com.docker.swarm.predefined';

/** @returns null when it is none that anything can be on. */
export function toNetwork(json: unknown): Network | null {
  const root = objectOf(json);
  const id = textOf(root['Id']);
  if (id === '') return null;
  const labels = textMapOf(root['Labels']);
  if (labels[PREDEFINED_LABEL] === 'true') return null;
  const options = textMapOf(root['Options']);
  return {
    id,
    name: textOf(root['Name']),
    driver: textOf(root['Driver']),
    scope: textOf(root['Scope']),
    internal: root['Internal'] === true,
    ipv6: root['EnableIPv6'] === true,
    ingress: root['Ingress'] === true,
    attachable: root['Attachable'] === true,
    subnets: arrayOf(objectOf(root['IPAM'])['Config']).flatMap((item): Subnet[] => {
      const pool = objectOf(item);
      const subnet = textOf(pool['Subnet']);
      const range = textOf(pool['IPRange']);
      if (subnet === '') return [];
      return [{ subnet, gateway: addressOf(pool['Gateway']) ?? '', ...(range === '' ? {} : { range }) }];
    }),
    ...('encrypted' in options ? { encrypted: options['encrypted'] !== 'false' } : {}),
    options,
    labels,
    project: projectOf(labels),
  };
}

/** By this option Docker's networks name their interface on the machine. */
const BRIDGE_OPTION = 'com.docker.network.bridge.name';

/**
 * What Podman calls the bridges of its networks, by network id.
 *
 * @param json of `GET /libpod/networks/json` or of `GET /libpod/networks/{id}/json`; Docker's paths do not tell it.
 */
export function bridgesOfPodman(json: unknown): ReadonlyMap<string, string> {
  const all = Array.isArray(json) ? json : [json];
  return new Map(
    all.flatMap((item): [string, string][] => {
      const root = objectOf(item);
      const [id, bridge] = [textOf(root['id']), textOf(root['network_interface'])];
      return id === '' || bridge === '' || textOf(root['driver']) !== 'bridge' ? [] : [[id, bridge]];
    }),
  );
}

/** The network with its bridge named as Docker names one, where that is known. */
export function withBridge(network: Network | null, bridges: ReadonlyMap<string, string>): Network | null {
  const bridge = network && bridges.get(network.id);
  return network && bridge ? { ...network, options: { ...network.options, [BRIDGE_OPTION]: bridge } } : network;
}
