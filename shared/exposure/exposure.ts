/** Who can be called from outside this machine, and at which ports: read off the matrix, so that a block takes it away. */
import type { Cell } from '../reachability/model.ts';
import { isContainer, isUp, type ContainerEndpoint, type Topology } from '../topology/model.ts';

export const OUTSIDE = ['lan', 'internet'] as const;
export type Outside = (typeof OUTSIDE)[number];

export interface Exposed {
  readonly container: ContainerEndpoint;
  /** From where. */
  readonly zones: readonly Outside[];
  /** Open ways: the machine's address with the ports there (`tcp/8080`), or the container's own; no ports: every one. */
  readonly ways: readonly { readonly address: string; readonly ports: readonly string[] | null }[];
}

/**
 * Containers that are up and that some zone outside reaches, in the topology's order.
 *
 * @param reaches whether a zone reaches an endpoint at all, by ids: asked before `explain`, which costs more
 */
export function exposedIn(
  { endpoints }: Topology,
  reaches: (from: Outside, to: string) => boolean,
  explain: (from: Outside, to: string) => Cell,
): readonly Exposed[] {
  return endpoints.filter(isContainer).flatMap((container): Exposed[] => {
    if (!isUp(container)) return [];
    const zones = OUTSIDE.filter((zone) => reaches(zone, container.id));
    if (zones.length === 0) return [];
    const open = zones.flatMap((zone) =>
      explain(zone, container.id).channels.filter(({ layer, verdict }) => layer === 'network' && verdict === 'open'),
    );
    const ways = new Map(
      open.map(({ address, ports = null }) => [`${address} ${ports?.join(',') ?? ''}`, { address, ports }] as const),
    );
    return [{ container, zones, ways: [...ways.values()] }];
  });
}
