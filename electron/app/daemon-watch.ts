/** What the process of the connected engine takes, told for as long as somebody looks. */
import type { DaemonUsage } from '../../shared/contract/engine.ts';
import { createDaemonMeter } from '../engine/machine/daemon.ts';
import { pause } from '../lib/backoff.ts';

const LOOK_MS = 2000;

/** @returns the way to stop */
export function watchDaemon(address: string, onUsage: (usage: DaemonUsage) => void): () => void {
  const life = new AbortController();
  const { signal } = life;
  const meter = createDaemonMeter(address);
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const usage = await meter();
      if (!life.signal.aborted) onUsage(usage);
      await pause(LOOK_MS, signal);
    }
  };
  void run();
  return () => life.abort();
}
