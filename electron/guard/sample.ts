/** Which of many pairs are probed. */

export interface OrderedPair {
  readonly from: string;
  readonly to: string;
}

/**
 * At most `limit` of the pairs, so that each source and each target is among them as often as can be: first, one pair for
 * every source, each with another target, then the next of each, and so on.  The same pairs give the same sample.
 */
export function sampleOf(pairs: readonly OrderedPair[], limit: number): readonly OrderedPair[] {
  if (pairs.length <= limit) return pairs;
  const places = new Map<string, number>();
  for (const id of new Set(pairs.flatMap(({ from, to }) => [from, to]))) places.set(id, places.size);
  const size = places.size;
  const step = ({ from, to }: OrderedPair): number => ((places.get(to) ?? 0) - (places.get(from) ?? 0) + size) % size;
  return pairs.toSorted((a, b) => step(a) - step(b)).slice(0, limit);
}
