/** What of a policy is held on the wire now, for plans that let go of it. */
import type { Topology } from '../topology/model.ts';
import type { Decided, DeniedPair } from './model.ts';
import { decisionOf, obstaclesIn } from './obstacles.ts';
import { isLive } from './plan-steps.ts';
import { plain } from './selector.ts';
import type { Index } from './stack.ts';

/** Of thousands of pairs a person reads no more than these; the number of all is told. */
const PAIRS_TOLD = 12;

/** The denied pairs that a firewall can close, both sides of which are up. */
export function heldPairs(decided: Decided, index: Index): readonly DeniedPair[] {
  const decision = decisionOf(decided);
  return decided.pairs.filter(
    ({ from, to }) =>
      [from, to].every((id) => isLive(index, id)) &&
      !obstaclesIn(index, from, to, decision).some(({ severity }) => severity === 'stop'),
  );
}

/** How many they are, and the first of them by name. */
export function pairsTold(
  pairs: readonly Pick<DeniedPair, 'from' | 'to'>[],
  topology: Topology,
): { readonly count: string; readonly pairs: string } {
  const nameOf = new Map(topology.endpoints.map(({ id, name }) => [id, plain(name)]));
  const told = pairs.slice(0, PAIRS_TOLD).map(({ from, to }) => `${nameOf.get(from) ?? ''} → ${nameOf.get(to) ?? ''}`);
  const more = pairs.length > told.length ? [`… (+${String(pairs.length - told.length)})`] : [];
  return { count: String(pairs.length), pairs: [...told, ...more].join(', ') };
}
