/** The user's denials, looked up by pair (SPEC R901–R908). */
import type { Denial } from './model.ts';
import { inseparable } from './cannot-split.ts';
import type { Party, Scene, Stack } from './scene.ts';

export interface DenialIndex {
  /** The denial of exactly this pair, the one that holds before others. */
  exact(from: Party, to: Party): Denial | undefined;
  /** A held denial between the stacks of the pair, which closes it too; `undefined` where no firewall can. */
  held(from: Party, to: Party): Denial | undefined;
}

/** Indexes denials once; those that name endpoints which are gone are left out. */
function indexDenials(scene: Scene, denials: readonly Denial[]): DenialIndex {
  const exact = new Map<number, Denial>();
  const held = new Map<number, Denial>();
  const pair = (from: Party, to: Party): number => from.index * scene.parties.length + to.index;
  const stacks = (from: Stack, to: Stack): number => from.index * scene.stacks.length + to.index;
  for (const denial of denials) {
    const from = scene.party(denial.from);
    const to = scene.party(denial.to);
    if (!from || !to) continue;
    if (exact.get(pair(from, to))?.state !== 'held') exact.set(pair(from, to), denial);
    if (denial.state === 'held' && !inseparable(from, to)) held.set(stacks(from.stack, to.stack), denial);
  }
  return {
    exact: (from, to) => exact.get(pair(from, to)),
    held: (from, to) => (inseparable(from, to) ? undefined : held.get(stacks(from.stack, to.stack))),
  };
}

interface Kept {
  readonly scene: Scene;
  readonly entries: readonly Denial[];
  readonly index: DenialIndex;
}

const kept = new WeakMap<readonly Denial[], Kept>();

/** As `indexDenials`, kept while the same list still has the same entries: many cells are explained one by one. */
export function denialIndexOf(scene: Scene, denials: readonly Denial[]): DenialIndex {
  const known = kept.get(denials);
  if (known?.scene === scene && known.entries.length === denials.length) {
    if (known.entries.every((entry, at) => entry === denials[at])) return known.index;
  }
  const index = indexDenials(scene, denials);
  kept.set(denials, { scene, entries: [...denials], index });
  return index;
}
