/** What one change made of a policy, small enough to be kept, and how to take it back. Rules U1–U4 of SPEC.md. */
import type { Policy, PolicyRule, Posture, SelectorText } from './model.ts';

const LISTS = ['guarded', 'isolated', 'offline'] as const;
type ListName = (typeof LISTS)[number];

/** A rule and where it stood in the list of all rules. */
export interface PlacedRule {
  readonly at: number;
  readonly rule: PolicyRule;
}

/** All rules between two sides, where any of them changed. */
export interface ChangedSides {
  readonly from: SelectorText;
  readonly to: SelectorText;
  readonly before: readonly PlacedRule[];
  readonly after: readonly PlacedRule[];
}

/** A name that entered or left one of the lists; `null` where it is not in it, else where it stands. */
export interface ChangedName {
  readonly list: ListName;
  readonly name: SelectorText;
  readonly before: number | null;
  readonly after: number | null;
}

export interface Difference {
  /** Absent: it stayed. */
  readonly posture?: { readonly before: Posture; readonly after: Posture } | undefined;
  readonly names: readonly ChangedName[];
  readonly sides: readonly ChangedSides[];
}

/** The order of rules means nothing, so a policy that was only sorted differs in nothing. */
export function differenceOf(before: Policy, after: Policy): Difference {
  const names = LISTS.flatMap((list) =>
    [...new Set([...before[list], ...after[list]])].flatMap((name): ChangedName[] => {
      const [was, is] = [placeIn(before[list], name), placeIn(after[list], name)];
      return (was === null) === (is === null) ? [] : [{ list, name, before: was, after: is }];
    }),
  );
  const [old, now] = [bySides(before.rules), bySides(after.rules)];
  const sides = [...new Set([...old.keys(), ...now.keys()])].flatMap((key): ChangedSides[] => {
    const [was, is] = [old.get(key) ?? [], now.get(key) ?? []];
    const any = was[0] ?? is[0];
    return !any || areSame(was, is) ? [] : [{ from: any.rule.from, to: any.rule.to, before: was, after: is }];
  });
  const posture = before.posture === after.posture ? {} : { posture: { before: before.posture, after: after.posture } };
  return { ...posture, names, sides };
}

export function isNoDifference({ posture, names, sides }: Difference): boolean {
  return !posture && names.length + sides.length === 0;
}

/** One thing a difference changed: what a person reads, and what two differences have in common. */
export type Touched =
  | { readonly kind: 'posture' }
  | { readonly kind: ListName; readonly name: SelectorText }
  | { readonly kind: 'rules'; readonly from: SelectorText; readonly to: SelectorText };

export function touchedBy({ posture, names, sides }: Difference): readonly Touched[] {
  return [
    ...(posture ? [{ kind: 'posture' } as const] : []),
    ...names.map(({ list, name }) => ({ kind: list, name })),
    ...sides.map(({ from, to }) => ({ kind: 'rules', from, to }) as const),
  ];
}

export function isSameTouched(one: Touched, other: Touched): boolean {
  if (one.kind !== other.kind) return false;
  if ('from' in one) return 'from' in other && one.from === other.from && one.to === other.to;
  return !('name' in one) || ('name' in other && one.name === other.name);
}

/** Whether what the difference is about stands as it was before it, as it made it, or some of it otherwise (U2). */
export function standing(policy: Policy, difference: Difference): 'before' | 'after' | 'neither' {
  if (strays(policy, difference, 'after').length === 0) return 'after';
  return strays(policy, difference, 'before').length === 0 ? 'before' : 'neither';
}

/**
 * The policy without that change (U3): everything it changed is as it was before, in its old place; all else stays.
 *
 * @returns what stands otherwise now than the change left it, where there is any: taking back would undo that too.
 */
export function reverse(
  policy: Policy,
  difference: Difference,
): { readonly policy: Policy } | { readonly conflicts: readonly Touched[] } {
  const conflicts = strays(policy, difference, 'after');
  if (conflicts.length > 0) return { conflicts };
  const touched = new Set(difference.sides.map(sidesKey));
  const rules = policy.rules.filter((rule) => !touched.has(sidesKey(rule)));
  const back = difference.sides.flatMap(({ before }) => before).sort((a, b) => a.at - b.at);
  for (const { at, rule } of back) rules.splice(at, 0, rule);
  const restored = (list: ListName): readonly SelectorText[] => {
    const changed = difference.names.filter((one) => one.list === list);
    const names = policy[list].filter((name) => !changed.some((one) => one.name === name));
    const lost = changed.flatMap(({ name, before }) => (before === null ? [] : [{ name, at: before }]));
    for (const { name, at } of lost.sort((a, b) => a.at - b.at)) names.splice(at, 0, name);
    return names;
  };
  return {
    policy: {
      version: 1,
      posture: difference.posture?.before ?? policy.posture,
      guarded: restored('guarded'),
      isolated: restored('isolated'),
      offline: restored('offline'),
      rules,
    },
  };
}

/** What does not stand as the difference has it on that end. */
function strays(policy: Policy, difference: Difference, end: 'before' | 'after'): readonly Touched[] {
  const { posture, names, sides } = difference;
  const now = bySides(policy.rules);
  return touchedBy({
    ...(posture && posture[end] !== policy.posture ? { posture } : {}),
    names: names.filter((one) => (one[end] === null) === policy[one.list].includes(one.name)),
    sides: sides.filter((one) => !areSame(one[end], now.get(sidesKey(one)) ?? [])),
  });
}

function placeIn(list: readonly SelectorText[], name: SelectorText): number | null {
  const at = list.indexOf(name);
  return at < 0 ? null : at;
}

/** JSON keeps any two pairs of texts apart, whatever they hold. */
function sidesKey({ from, to }: { readonly from: SelectorText; readonly to: SelectorText }): string {
  return JSON.stringify([from, to]);
}

function bySides(rules: readonly PolicyRule[]): ReadonlyMap<string, readonly PlacedRule[]> {
  const found = new Map<string, PlacedRule[]>();
  rules.forEach((rule, at) => {
    const key = sidesKey(rule);
    const placed = found.get(key);
    if (placed) placed.push({ at, rule });
    else found.set(key, [{ at, rule }]);
  });
  return found;
}

/** The same rules, in whatever order and place. */
function areSame(one: readonly PlacedRule[], other: readonly PlacedRule[]): boolean {
  const texts = (list: readonly PlacedRule[]): string =>
    list
      .map(({ rule }) => `${rule.action} ${rule.ports?.join(' ') ?? ''}`)
      .sort()
      .join('\n');
  return texts(one) === texts(other);
}
