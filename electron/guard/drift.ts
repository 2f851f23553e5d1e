/** Tables that somebody else took away or changed, until they are back, and how many were put back. */
import type { Place } from '../engine/driver.ts';
import type { Placed } from './enforcement.ts';

export interface Drift {
  /** After a look at `places`: what is no longer as it was acknowledged for the same start has drifted. */
  looked(places: readonly Place[], before: Placed, after: Placed, unseen: ReadonlyMap<string, string>): void;
  /** A table was loaded there, or the last one removed. */
  loaded(place: string, isWanted: boolean): void;
  /** Nothing needs a change: what looked different was changed by another command of ours. */
  settled(): void;
  repaired(): number;
}

export function createDrift(): Drift {
  const drifted = new Set<string>();
  let repaired = 0;
  return {
    looked: (places, before, after, unseen) => {
      for (const { place } of places) {
        const was = before.get(place);
        if (was && !unseen.has(place) && after.get(place)?.fingerprint !== was.fingerprint) drifted.add(place);
      }
    },
    loaded: (place, isWanted) => {
      if (drifted.delete(place) && isWanted) repaired += 1;
    },
    settled: () => drifted.clear(),
    repaired: () => repaired,
  };
}
