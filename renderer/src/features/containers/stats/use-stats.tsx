import { createContext, useCallback, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { StatsSample } from '../../../../../shared/contract/containers.ts';
import { useClient } from '../../../lib/client-context.tsx';
import { follow } from '../../../lib/streams.ts';
import { createStatsStore, type StatsStore } from './stats-store.ts';

export const StatsContext = createContext<StatsStore | null>(null);

const EMPTY = createStatsStore();

/** More than fit on any screen: the cost is bounded whatever a page says is in sight. */
const MOST_FOLLOWED = 60;
/** Scrolling must not open a stream for every line that flies by (ms). */
const SETTLE_MS = 200;

/** Follows what these containers use, from the time they have been in sight for a moment. */
export function useStatsOf(ids: readonly string[]): StatsStore {
  const client = useClient();
  const [store] = useState(createStatsStore);
  const wanted = ids.slice(0, MOST_FOLLOWED).toSorted().join('\n');
  useEffect(() => {
    if (wanted === '') return undefined;
    const list = wanted.split('\n');
    let stop = (): void => undefined;
    const timer = setTimeout(() => {
      store.keep(new Set(list));
      stop = follow({
        open: (signal) => client.containers.stats({ ids: list }, { signal }),
        onValue: (updates) => store.take(updates),
        // The list tells that the engine or the core is away.
        onDown: () => undefined,
      });
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [client, store, wanted]);
  return store;
}

/** The last minute of one container; drawn again with each sample. */
export function useSamples(id: string): readonly StatsSample[] {
  const store = useContext(StatsContext) ?? EMPTY;
  const subscribe = useCallback((listener: () => void) => store.subscribe(id, listener), [store, id]);
  return useSyncExternalStore(subscribe, () => store.samples(id));
}
