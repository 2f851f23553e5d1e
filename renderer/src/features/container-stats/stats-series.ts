/** Samples as lines to draw: what is counted from a start on becomes what came per second. */
import type { StatsSample } from '../../../../shared/contract/containers.ts';

/** Kept while one looks on: a quarter of an hour of one sample a second. */
export const MOST_SAMPLES = 900;

/** Newer ones after older ones, each once, and so many only. */
export function withSamples(known: readonly StatsSample[], fresh: readonly StatsSample[]): readonly StatsSample[] {
  const last = known.at(-1);
  const newer = fresh.filter(({ at }) => at > (last?.at ?? 0));
  const [first] = newer;
  // Counters that went back: it was started anew, and its past says nothing of it.
  const isNewStart = last && first && (first.received < last.received || first.read < last.read);
  return [...(isNewStart ? [] : known), ...newer].slice(-MOST_SAMPLES);
}

export type Counter = 'received' | 'sent' | 'read' | 'written';

/** Per second, since the sample before; null where there is none. */
export function ratesOf(samples: readonly StatsSample[], counter: Counter): (number | null)[] {
  return samples.map((sample, at) => {
    const before = samples[at - 1];
    if (!before || sample.at <= before.at) return null;
    return (Math.max(0, sample[counter] - before[counter]) * 1000) / (sample.at - before.at);
  });
}

/** Seconds since 1970, as the charts want them. */
export function secondsOf(samples: readonly StatsSample[]): number[] {
  return samples.map(({ at }) => at / 1000);
}
