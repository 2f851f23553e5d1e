/** Samples of the containers that are in sight: one stream for the page, whatever looks at it. */
import type { StatsSample, StatsUpdate } from '../../../../../shared/contract/containers.ts';

/** Samples drawn: about a minute. */
export const SAMPLES_SHOWN = 60;

const NONE: readonly StatsSample[] = [];

export interface StatsStore {
  /** Oldest first; the very same array until there is a newer sample. */
  samples(id: string): readonly StatsSample[];
  subscribe(id: string, listener: () => void): () => void;
  take(updates: readonly StatsUpdate[]): void;
  /** Forgets all others. */
  keep(ids: ReadonlySet<string>): void;
}

export function createStatsStore(): StatsStore {
  const samples = new Map<string, readonly StatsSample[]>();
  const listeners = new Map<string, Set<() => void>>();
  return {
    samples: (id) => samples.get(id) ?? NONE,
    subscribe: (id, listener) => {
      const all = listeners.get(id) ?? new Set();
      listeners.set(id, all.add(listener));
      return () => {
        all.delete(listener);
        if (all.size === 0) listeners.delete(id);
      };
    },
    take: (updates) => {
      const told = new Set<string>();
      for (const { id, samples: fresh } of updates) {
        const known = samples.get(id) ?? NONE;
        const last = known.at(-1)?.at ?? 0;
        // A stream that was opened anew tells what is known already.
        const newer = fresh.filter(({ at }) => at > last);
        if (newer.length === 0) continue;
        samples.set(id, [...known, ...newer].slice(-SAMPLES_SHOWN));
        told.add(id);
      }
      for (const id of told) for (const listener of [...(listeners.get(id) ?? [])]) listener();
    },
    keep: (ids) => {
      for (const id of samples.keys()) if (!ids.has(id)) samples.delete(id);
    },
  };
}
