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
