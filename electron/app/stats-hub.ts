/** What containers use: one stream per container at the engine, however many look at it. */
import type { StatsSample } from '../../shared/contract/containers.ts';
import type { ContainersDomain } from '../engine/domains/containers.ts';
import { pause } from '../lib/backoff.ts';
import type { Unsubscribe } from './core.ts';

export interface StatsHub {
  /**
   * Looks at one container from now on: calls back with what is known already (if anything), then with each new sample.
   * The stream at the engine ends when nobody looks any more.
   */
  watch(id: string, listener: (samples: readonly StatsSample[]) => void): Unsubscribe;
  /** Streams that are open; for tests. */
  open(): number;
  close(): void;
}

/** Samples kept of each container that is looked at: about two minutes. */
const KEPT = 120;
/** A container that does not run is asked again after this (ms): it may have been started. */
const AGAIN_MS = 3000;

interface Source {
  readonly listeners: Set<(samples: readonly StatsSample[]) => void>;
  readonly controller: AbortController;
  samples: readonly StatsSample[];
}

/** @param containers the domain of the connected engine; throws while there is none */
export function createStatsHub(
  containers: () => Pick<ContainersDomain, 'stats'>,
  { againMs = AGAIN_MS }: { readonly againMs?: number } = {},
): StatsHub {
  const sources = new Map<string, Source>();

  const run = async (id: string, source: Source): Promise<void> => {
    const { signal } = source.controller;
    const onSample = (sample: StatsSample): void => {
      // A container that was started anew counts from nought: its past would draw a cliff.
      const last = source.samples.at(-1);
      const isNewStart = last !== undefined && sample.received < last.received;
      source.samples = [...(isNewStart ? [] : source.samples), sample].slice(-KEPT);
      for (const listener of [...source.listeners]) listener([sample]);
    };
    while (!signal.aborted) {
      try {
        await containers().stats(id, { signal, onSample });
      } catch {
        // Gone, stopped, or the engine is away: whoever looks sees that by the list.
      }
      await pause(againMs, signal);
    }
  };

  return {
    watch: (id, listener) => {
      let source = sources.get(id);
      if (!source) {
        source = { listeners: new Set(), controller: new AbortController(), samples: [] };
        sources.set(id, source);
        void run(id, source);
      }
      const { listeners, controller, samples } = source;
      listeners.add(listener);
      if (samples.length > 0) listener(samples);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || sources.get(id)?.controller !== controller) return;
        controller.abort();
        sources.delete(id);
      };
    },
    open: () => sources.size,
    close: () => {
      for (const { controller } of sources.values()) controller.abort();
      sources.clear();
    },
  };
}
