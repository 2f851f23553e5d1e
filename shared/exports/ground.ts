/** What of a project's networks an override may change, and what stays as it is. */
import { isContainer, type ContainerEndpoint, type Network, type Topology } from '../topology/model.ts';
import { passes, type Reaches } from './reach.ts';
import { COMPOSE_NETWORK_LABEL, type KeptNetwork } from './separation.ts';

/** What of the engine stays as it is. */
export interface Ground {
  /** Networks that the container must stay on: not the project's to change, and somebody else there may reach it or be reached. */
  readonly keptBy: (container: ContainerEndpoint) => readonly Network[];
  readonly own: readonly Network[];
  readonly kept: readonly KeptNetwork[];
  readonly keyOf: (kept: Network) => string;
}

export function groundOf(
  topology: Topology,
  project: string,
  movable: readonly ContainerEndpoint[],
  wanted: Reaches,
): Ground {
  const networks = new Map(topology.networks.map((one) => [one.id, one]));
  const isOwn = ({ project: owner, driver }: Network): boolean => owner === project && driver === 'bridge';
  const others = topology.endpoints.filter(isContainer).filter((one) => !movable.includes(one));
  const isNeeded = (container: ContainerEndpoint, network: Network): boolean =>
    network.driver !== 'bridge' ||
    others
      .filter((one) => one.attachments.some(({ networkId }) => networkId === network.id))
      .some((one) => passes(wanted(one.id, container.id)) || passes(wanted(container.id, one.id)));
  const kept = new Map(
    movable.map((container) => [
      container.id,
      container.attachments
        .flatMap(({ networkId }) => networks.get(networkId) ?? [])
        .filter((network) => !isOwn(network) && isNeeded(container, network)),
    ]),
  );
  const all = [...new Set([...kept.values()].flat())].sort((a, b) => (a.name < b.name ? -1 : 1));
  const keys = new Map(
    all.map((network, at): [Network, KeptNetwork] => {
      const key = network.project === project ? network.labels[COMPOSE_NETWORK_LABEL] : undefined;
      return [
        network,
        key === undefined ? { key: `kept-${String(at + 1)}`, external: network.name } : { key, external: null },
      ];
    }),
  );
  return {
    own: topology.networks.filter(isOwn),
    keptBy: ({ id }) => kept.get(id) ?? [],
    kept: [...keys.values()],
    keyOf: (network) => keys.get(network)?.key ?? network.name,
  };
}
