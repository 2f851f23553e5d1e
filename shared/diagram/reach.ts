/**
 * What can an intruder in one endpoint get to?  Followed over several hops: whoever is reached is a place to go on from.
 *
 * By the network, where the verdict lets something pass; and to everybody from whoever rules the engine.  The places
 * outside are reached but never gone on from: what the machine or the internet reaches is not the intruder's doing.
 */

export interface Reach {
  /** Hops to each endpoint, by its index; -1: out of reach, 0: where it begins. */
  readonly hops: readonly number[];
  /** From where each was first reached. */
  readonly from: readonly number[];
  /** Whether the last step to it was by control, not by the network. */
  readonly byControl: readonly boolean[];
}

export interface ReachWorld {
  readonly size: number;
  readonly passes: (from: number, to: number) => boolean;
  readonly rules: (index: number) => boolean;
  /** Whether one may be gone on from. */
  readonly isInside: (index: number) => boolean;
}

export function reachFrom(start: number, { size, passes, rules, isInside }: ReachWorld): Reach {
  const hops = Array.from({ length: size }, () => -1);
  const from = Array.from({ length: size }, () => -1);
  const byControl = Array.from({ length: size }, () => false);
  hops[start] = 0;
  let level = [start];
  for (let hop = 1; level.length > 0; hop += 1) {
    const next: number[] = [];
    for (const at of level) {
      if (at !== start && !isInside(at)) continue;
      const isMaster = rules(at);
      for (let to = 0; to < size; to += 1) {
        if (hops[to] !== -1) continue;
        const isPassed = passes(at, to);
        if (!isPassed && !isMaster) continue;
        hops[to] = hop;
        from[to] = at;
        byControl[to] = !isPassed;
        next.push(to);
      }
    }
    level = next;
  }
  return { hops, from, byControl };
}

/** The way to one endpoint, both ends in it; empty when it is out of reach. */
export function pathTo(reach: Reach, to: number): readonly number[] {
  if ((reach.hops[to] ?? -1) < 0) return [];
  const path = [to];
  for (let at = to; (reach.hops[at] ?? 0) > 0;) {
    at = reach.from[at] ?? -1;
    path.unshift(at);
  }
  return path;
}
