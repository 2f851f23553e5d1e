/** What the containers take of their machine, all together: looked at now and then, for as long as somebody wants to know. */
import type { MachineUse } from '../../shared/contract/overview.ts';
import type { ContainersDomain, StatsSample } from '../engine/domains/containers.ts';
import type { EngineDomain } from '../engine/domains/engine.ts';
import { pause } from '../lib/backoff.ts';
import { mapLimited } from '../lib/limit.ts';
import type { Unsubscribe } from './core.ts';

/** Where few containers run (ms). */
const ROUND_MS = 15_000;
/** Of many each adds so much to the wait between two looks: a look costs by the container, the core and the engine alike (ms). */
const EACH_MS = 300;
/** An engine takes about two seconds to tell one container's processor time. */
const AT_ONCE = 20;
const PATIENCE_MS = 8000;
const BUSIEST = 5;

export interface MachineUseOptions {
  /** Those that run now. */
  readonly running: () => readonly { readonly id: string; readonly name: string }[];
  /** Throws while no engine is connected. */
  readonly manage: () => {
    readonly containers: Pick<ContainersDomain, 'stats'>;
    readonly engine: Pick<EngineDomain, 'detail'>;
  };
  /** The shortest wait between two looks, and what each container that runs may add to it; for tests. */
  readonly waits?: { readonly roundMs: number; readonly eachMs: number };
}

export interface MachineUseWatch {
  /** Calls back with the last that is known (if anything), then after every look; nobody looks when nobody listens. */
  watch(listener: (use: MachineUse) => void): Unsubscribe;
  close(): void;
}

const WAITS = { roundMs: ROUND_MS, eachMs: EACH_MS };

export function createMachineUse({ running, manage, waits = WAITS }: MachineUseOptions): MachineUseWatch {
  const listeners = new Set<(use: MachineUse) => void>();
  let looking: AbortController | null = null;
  let last: MachineUse | null = null;

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        const use = await lookAt({ running, manage }, signal);
        if (signal.aborted) return;
        last = use;
        for (const listener of [...listeners]) listener(use);
      } catch {
        // The engine is away, as whoever looks sees by its state.
      }
      await pause(Math.max(waits.roundMs, running().length * waits.eachMs), signal);
    }
  };
  const stop = (): void => {
    looking?.abort();
    looking = null;
    // When somebody looks again it would be old.
    last = null;
  };

  return {
    watch: (listener) => {
      listeners.add(listener);
      if (last) listener(last);
      if (!looking) {
        looking = new AbortController();
        void run(looking.signal);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop();
      };
    },
    close: () => {
      listeners.clear();
      stop();
    },
  };
}

async function lookAt(
  { running, manage }: Pick<MachineUseOptions, 'running' | 'manage'>,
  signal: AbortSignal,
): Promise<MachineUse> {
  const { containers, engine } = manage();
  const { cpus, memory } = await engine.detail();
  const all = running();
  const looks = await mapLimited(all, AT_ONCE, async ({ id, name }) => {
    const sample = await oneSample(containers, id, signal);
    return sample && { id, name, cpu: sample.cpu, memory: sample.memory };
  });
  const seen = looks.filter((look) => look !== null);
  const sum = (of: (look: (typeof seen)[number]) => number): number => seen.reduce((total, one) => total + of(one), 0);
  return {
    machine: { cpus, memory },
    cpu: sum(({ cpu }) => cpu),
    memory: sum((one) => one.memory),
    seen: seen.length,
    running: all.length,
    // Whoever takes most of what there is, be it processors or memory.
    busiest: seen.toSorted((a, b) => shareOf(b, { cpus, memory }) - shareOf(a, { cpus, memory })).slice(0, BUSIEST),
  };
}

function shareOf(one: { readonly cpu: number; readonly memory: number }, of: MachineUse['machine']): number {
  return Math.max(one.cpu / (100 * Math.max(1, of.cpus)), one.memory / Math.max(1, of.memory));
}

/** The second sample, as the first has nothing before it that its processor time could be told from; null: there was none. */
async function oneSample(
  containers: Pick<ContainersDomain, 'stats'>,
  id: string,
  signal: AbortSignal,
): Promise<StatsSample | null> {
  const enough = new AbortController();
  const timer = setTimeout(() => enough.abort(), PATIENCE_MS);
  const samples: StatsSample[] = [];
  try {
    await containers.stats(id, {
      signal: AbortSignal.any([signal, enough.signal]),
      onSample: (sample) => {
        samples.push(sample);
        if (samples.length > 1) enough.abort();
      },
    });
  } catch {
    // Left as was meant, or it has stopped meanwhile.
  } finally {
    clearTimeout(timer);
  }
  return samples.at(-1) ?? null;
}
