/** From rules to pairs: which ordered pairs a policy denies in one topology. Rules P5–P8 of SPEC.md. */
import type { Topology } from '../topology/model.ts';
import type { DeniedPair, Policy, PolicyRule } from './model.ts';
import { parseSelector, rankOf, resolveSelector } from './selector.ts';
import { indexTopology, shareStack, type Index } from './stack.ts';

/** The rule that decides a pair: the highest rank, deny before allow between equals, the first written among those. */
export interface Decision {
  readonly from: string;
  readonly to: string;
  readonly rule: PolicyRule;
  readonly rank: number;
}

export function pairKey(from: string, to: string): string {
  return `${from}\n${to}`;
}

/** The rule's own pairs, never an endpoint with itself. @throws BulkheadError `BAD_INPUT` for a selector that is none. */
export function rulePairs(
  rule: Pick<PolicyRule, 'from' | 'to'>,
  topology: Topology,
): { readonly rank: number; readonly pairs: readonly { readonly from: string; readonly to: string }[] } {
  const from = parseSelector(rule.from);
  const to = parseSelector(rule.to);
  const targets = resolveSelector(to, topology);
  const pairs = resolveSelector(from, topology).flatMap((source) =>
    targets.filter((target) => target.id !== source.id).map((target) => ({ from: source.id, to: target.id })),
  );
  return { rank: rankOf(from) + rankOf(to), pairs };
}

/** For every pair that any rule names, the rule that decides it. Keys are `pairKey`s, in the order of the rules. */
export function decide(policy: Policy, topology: Topology): ReadonlyMap<string, Decision> {
  const decisions = new Map<string, Decision>();
  for (const rule of policy.rules) {
    const { rank, pairs } = rulePairs(rule, topology);
    for (const { from, to } of pairs) {
      const key = pairKey(from, to);
      const present = decisions.get(key);
      const wins =
        !present ||
        rank > present.rank ||
        (rank === present.rank && rule.action === 'deny' && present.rule.action === 'allow');
      if (wins) decisions.set(key, { from, to, rule, rank });
    }
  }
  return decisions;
}

/**
 * Every ordered pair the policy denies, running or not.  A denial of one container in a shared network stack is a
 * denial of all in it (P8), since no firewall can tell their packets apart.
 *
 * @throws BulkheadError `BAD_INPUT` for a selector that is none (a policy from `parsePolicy` has none such).
 */
export function deniedPairs(policy: Policy, topology: Topology): readonly DeniedPair[] {
  const denied = new Map<string, DeniedPair>();
  const index = indexTopology(topology);
  for (const { from, to, rule } of decide(policy, topology).values()) {
    if (rule.action === 'deny') denied.set(pairKey(from, to), { from, to, rule });
  }
  for (const { from, to, rule } of [...denied.values()]) {
    for (const pair of stackPairs(index, from, to)) {
      const key = pairKey(pair.from, pair.to);
      if (!denied.has(key)) denied.set(key, { ...pair, rule });
    }
  }
  return [...denied.values()];
}

/** The pairs that stand and fall together with `from` → `to`: every member of one stack to every member of the other. */
export function stackPairs(
  index: Index,
  from: string,
  to: string,
): readonly { readonly from: string; readonly to: string }[] {
  const source = index.container(from);
  const target = index.container(to);
  if (!source || !target || shareStack(index.stackOf(source), index.stackOf(target))) return [];
  return index.membersOf(source).flatMap((a) => index.membersOf(target).map((b) => ({ from: a.id, to: b.id })));
}
