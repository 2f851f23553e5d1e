/** The evidence of the tables that are in place: reads what they counted, and tells it by endpoint. */
import { liveOwner } from '../../shared/policy/side.ts';
import { indexTopology } from '../../shared/policy/stack.ts';
import type { Topology } from '../../shared/topology/model.ts';
import type { LoadResult, Place, Wire } from '../engine/driver.ts';
import { createCounting, type Flow, type PairTraffic } from './counting.ts';
import { HOST } from './enforcement.ts';

/** A pair that is being refused. */
export interface Hit {
  readonly from: string;
  readonly to: string;
  readonly refused: Flow;
}

export interface Traffic {
  /** Adds what tables had counted when others took their place. */
  carry(results: readonly LoadResult[]): void;
  /** Reads the places of these endpoints and the machine's; all where null.  Never rejects. */
  count(endpoints: readonly string[] | null): Promise<void>;
  of(from: string, to: string): PairTraffic | null;
  hits(): readonly Hit[];
}

export interface TrafficOptions {
  readonly topology: () => Topology;
  readonly openWire: () => Promise<Wire>;
  /** Where tables of ours are. */
  readonly places: () => readonly Place[];
}

export function createTraffic({ topology, openWire, places }: TrafficOptions): Traffic {
  const counting = createCounting();

  const ownersOf = (endpoints: readonly string[]): string[] => {
    const index = indexTopology(topology());
    return endpoints.map((id) => liveOwner(index, id)?.id ?? id);
  };

  const count = async (endpoints: readonly string[] | null): Promise<void> => {
    const owners = endpoints && new Set([HOST.place, ...ownersOf(endpoints)]);
    const asked = places().filter(({ place }) => owners === null || owners.has(place));
    if (asked.length === 0) return;
    const wire = await openWire();
    counting.note(topology(), (await wire.counters?.(asked)) ?? [], Date.now());
    counting.keep(new Set(places().map(({ place }) => place)));
  };

  return {
    carry: (results) =>
      counting.note(
        topology(),
        results.flatMap(({ before }) => before ?? []),
        Date.now(),
      ),
    count: (endpoints) => count(endpoints).catch(() => undefined),
    of: (from, to) => {
      const [a = from, b = to] = ownersOf([from, to]);
      return counting.of(a, b, [a, b, HOST.place]);
    },
    hits: () => {
      const index = indexTopology(topology());
      const mates = (id: string): readonly string[] => {
        const container = index.container(id);
        return container ? index.membersOf(container).map((one) => one.id) : [id];
      };
      return counting
        .hits()
        .flatMap(({ from, to, refused }) =>
          mates(from).flatMap((a) => mates(to).map((b) => ({ from: a, to: b, refused }))),
        );
    },
  };
}
