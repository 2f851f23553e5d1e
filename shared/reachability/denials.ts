/** The user's denials, looked up by pair (SPEC R901–R910). */
import { isEmpty, isEveryPort, minus, NO_PORTS, unionOf, type PortSet } from '../ports.ts';
import type { Stops } from './denied-ports.ts';
import type { Denial } from './model.ts';
import { inseparable } from './cannot-split.ts';
import type { Party, Scene, Stack } from './scene.ts';

/** What held denials do to a pair of stacks: to everyone in the one towards everyone in the other. */
export interface Held {
  /** What they stop together; `null`: everything. */
  readonly ports: PortSet | null;
  /** Those that count: one that denies everything makes the others idle. */
  readonly denials: readonly Denial[];
}

export interface DenialIndex {
  /** The denial of exactly this pair, the one that holds before others. */
  exact(from: Party, to: Party): Denial | undefined;
  /** What is held between the stacks of the pair; `undefined` where nothing is. */
  held(from: Party, to: Party): Held | undefined;
  /** What keeps the machine from `to`, as far as `from` minds; `undefined` where it is the machine's own stack. */
  machine(from: Party, to: Party): Held | undefined;
}

/** What a denial denies; `null`: everything. `undefined`: it denies nothing. */
export function deniedPorts({ ports }: Denial): PortSet | null | undefined {
  if (!ports || isEveryPort(ports)) return null;
  return isEmpty(ports) ? undefined : ports;
}

/** Indexes denials once; those that name endpoints which are gone are left out. */
function indexDenials(scene: Scene, denials: readonly Denial[]): DenialIndex {
  const exact = new Map<number, Denial>();
  const held = new Map<number, Denial[]>();
  const pair = (from: Party, to: Party): number => from.index * scene.parties.length + to.index;
  const stacks = (from: Stack, to: Stack): number => from.index * scene.stacks.length + to.index;
  for (const denial of denials) {
    const from = scene.party(denial.from);
    const to = scene.party(denial.to);
    if (!from || !to) continue;
    if (exact.get(pair(from, to))?.state !== 'held') exact.set(pair(from, to), denial);
    if (denial.state !== 'held' || deniedPorts(denial) === undefined || inseparable(from, to)) continue;
    const key = stacks(from.stack, to.stack);
    const others = held.get(key);
    if (others) others.push(denial);
    else held.set(key, [denial]);
  }
  const between = (from: Stack, to: Stack): Held | undefined => {
    const found = held.get(stacks(from, to));
    return found && together(found);
  };
  const host = scene.stacks.find(({ kind }) => kind === 'host');
  return {
    exact: (from, to) => exact.get(pair(from, to)),
    held: (from, to) => between(from.stack, to.stack),
    machine: (from, to) =>
      host && from.stack !== host && to.stack.bindings.length > 0 ? between(host, to.stack) : undefined,
  };
}

function together(denials: readonly Denial[]): Held {
  const whole = denials.filter((one) => deniedPorts(one) === null);
  if (whole.length > 0) return { ports: null, denials: whole };
  const union = denials.map((one) => one.ports ?? NO_PORTS).reduce(unionOf);
  return { ports: isEveryPort(union) ? null : union, denials };
}

/** What of a pair's ways the held denials stop. */
export function stopsOf(index: DenialIndex, from: Party, to: Party): Stops {
  return { own: index.held(from, to)?.ports, machine: index.machine(from, to)?.ports };
}

/** Whether all that a denial wants is on the wire, by itself or with those of stack mates. */
export function isInForce(own: Denial, held: Held | undefined): boolean {
  const wanted = deniedPorts(own);
  if (wanted === undefined || held?.ports === null) return true;
  if (!held) return false;
  return held.denials.includes(own) || (wanted !== null && isEmpty(minus(wanted, held.ports)));
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
