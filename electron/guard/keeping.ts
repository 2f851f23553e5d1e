/** What the engine shuts by itself after the machine was started anew (ADR 6), kept as the policy wants it. */
import type { Wire } from '../engine/driver.ts';
import { HOST, type Wanted } from './enforcement.ts';

export interface Keeping {
  /** Asks the wire only when something else is wanted than at the last time. @throws BulkheadError of the engine. */
  hold(wire: Wire, wanted: Wanted): Promise<void>;
  /** Somebody may have taken it away: it is looked at again the next time. */
  doubt(): void;
}

export function createKeeping(): Keeping {
  let kept: string | null | undefined;
  return {
    hold: async (wire, { tables }) => {
      const closed = tables.get(HOST.place)?.closed ?? null;
      if (closed === kept) return;
      await wire.keep?.(closed);
      kept = closed;
    },
    doubt: () => {
      kept = undefined;
    },
  };
}
