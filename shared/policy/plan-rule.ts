/** Plans of a block or an allow: the rule, and the policy in which it decides. Rules L1–L5 of SPEC.md. */
import { formatPorts, isEmpty, minus, parsePorts } from '../ports.ts';
import { isContainer, isService, type Topology } from '../topology/model.ts';
import type { Obstacle, Plan, Policy, PolicyChange, PolicyRule } from './model.ts';
import { obstacle } from './obstacle-texts.ts';
import { decisionOf, obstaclesIn } from './obstacles.ts';
import { mustName } from './plan-names.ts';
import { isLive, stepsOf, type Line, type Pair } from './plan-steps.ts';
import { shutBehindProxy } from './proxied.ts';
import { decide, deniedOf, pairKey, portsOf, rulePairs, stackPairs } from './resolve.ts';
import { formatSelector, parseSelector, plain } from './selector.ts';
import { indexTopology, type Index } from './stack.ts';
import type { Decision } from './service-obstacles.ts';

export function planRule(
  policy: Policy,
  topology: Topology,
  change: Extract<PolicyChange, { action: 'block' | 'allow' }>,
): Plan {
  const from = parseSelector(change.from);
  const to = parseSelector(change.to);
  const ports = change.ports ? formatPorts(parsePorts(change.ports)) : null;
  const rule: PolicyRule = {
    from: formatSelector(from),
    to: formatSelector(to),
    action: change.action === 'block' ? 'deny' : 'allow',
    ...(ports ? { ports } : {}),
  };
  if (change.action === 'block' || !policy.rules.some((present) => sameSides(present, rule))) {
    mustName(from, topology);
    mustName(to, topology);
  }
  const index = indexTopology(topology);
  const { pairs: named } = rulePairs(rule, topology);
  const together = withStackMates(index, named);
  // What is denied is denied together: a service with its tasks.
  const wanted = rule.action === 'deny' ? decisionOf(decide(settle(policy, topology, rule, named), topology)) : null;
  const { obstacles, closable } = judge(index, rule, together, wanted);
  const braked = rule.action === 'allow' ? brakesOn(policy, topology, together) : [];
  const possible = braked.length === 0 && (change.action === 'allow' || closable.length > 0);
  const after = possible ? settle(policy, topology, rule, rule.action === 'deny' ? named : together) : policy;
  const live = closable.filter(({ from: a, to: b }) => [a, b].every((id) => isLive(index, id)));
  return {
    action: change.action,
    from: rule.from,
    to: rule.to,
    ports,
    pairs: live,
    steps: possible ? stepsOf({ policy, after, topology, index, live, closable, line: ruleLine(rule) }) : [],
    obstacles: [
      ...obstacles,
      ...braked,
      ...(possible ? shutBehindProxy(policy, after, topology, rule.action === 'allow' ? together : []) : []),
    ],
    possible,
    policy: after,
  };
}

/** Quick isolation stands above all rules: while it holds, allowing would be a promise that is not kept. */
function brakesOn(policy: Policy, topology: Topology, pairs: readonly Pair[]): readonly Obstacle[] {
  const wanted = new Set(pairs.map(({ from, to }) => pairKey(from, to)));
  const names = new Map<string, Obstacle>();
  for (const { from, to, cause } of decide(policy, topology).pairs) {
    if ((cause.kind === 'isolated' || cause.kind === 'offline') && wanted.has(pairKey(from, to))) {
      names.set(cause.selector, obstacle('S9', { name: plain(cause.selector.replace(/^container:/, '')) }));
    }
  }
  return [...names.values()];
}

/** The pairs and those that stand and fall with them (P8), each once. */
function withStackMates(index: Index, pairs: readonly Pair[]): readonly Pair[] {
  const all = new Map<string, Pair>();
  for (const pair of [...pairs, ...pairs.flatMap(({ from, to }) => stackPairs(index, from, to))]) {
    const key = pairKey(pair.from, pair.to);
    if (!all.has(key)) all.set(key, pair);
  }
  return [...all.values()];
}

/** The obstacles of all pairs, each told once, and the pairs that none of them stops. An allow meets none. */
function judge(
  index: Index,
  rule: PolicyRule,
  pairs: readonly Pair[],
  decision: Decision | null,
): { readonly obstacles: readonly Obstacle[]; readonly closable: readonly Pair[] } {
  const found = new Map<string, Obstacle>();
  const closable = pairs.filter(({ from, to }) => {
    const obstacles = obstaclesIn(index, from, to, decision);
    for (const obstacle of obstacles) found.set(`${obstacle.rule} ${obstacle.text}`, obstacle);
    return !obstacles.some(({ severity }) => severity === 'stop');
  });
  // Both names mean one and the same endpoint, or both a zone.
  if (pairs.length === 0) found.set('S2', obstacle('S2', { from: plain(rule.from.replace(/^container:/, '')) }));
  return { obstacles: rule.action === 'deny' ? [...found.values()] : [], closable };
}

/**
 * The policy in which every pair of `rule` is decided as the rule says, changed as little as can be (L3): rules of the
 * other action that speak only of these pairs and ports go; where a wider or narrower one still decides, an exception is
 * added.
 */
function settle(policy: Policy, topology: Topology, rule: PolicyRule, pairs: readonly Pair[]): Policy {
  const wanted = new Set(pairs.map(({ from, to }) => pairKey(from, to)));
  const ports = portsOf(rule);
  const opposite = rule.action === 'deny' ? 'allow' : 'deny';
  const isCovered = (present: PolicyRule): boolean => {
    if (sameSides(present, rule)) return true;
    const own = rulePairs(present, topology).pairs;
    return own.length > 0 && own.every(({ from, to }) => wanted.has(pairKey(from, to)));
  };
  /** What is left of a rule that speaks only of these pairs: without a list of ports it stays, and is a wider one. */
  const remaining = (present: PolicyRule): readonly PolicyRule[] => {
    if (present.action !== opposite || !isCovered(present)) return [present];
    const left = minus(portsOf(present), ports);
    if (isEmpty(left)) return [];
    const texts = present.ports ? formatPorts(left) : null;
    return [texts === null || isDeepEqual(texts, present.ports ?? []) ? present : { ...present, ports: texts }];
  };
  let rules = policy.rules.flatMap(remaining);
  const undecided = (): readonly Pair[] => {
    const decided = new Map(
      decide({ ...policy, rules }, topology).pairs.map((one) => [pairKey(one.from, one.to), one]),
    );
    return pairs.filter(({ from, to }) => {
      const denied = deniedOf(decided.get(pairKey(from, to)), ports);
      return !isEmpty(rule.action === 'deny' ? minus(ports, denied) : denied);
    });
  };
  // A block is written down even where a wider rule denies already: the user said it. An allow only where needed.
  const isWritten = rules.some(
    (present) => present.action === rule.action && sameSides(present, rule) && isEmpty(minus(ports, portsOf(present))),
  );
  if (!isWritten && (rule.action === 'deny' || undecided().length > 0)) rules = [...rules, rule];
  const exceptions = undecided().map(({ from, to }) => exception(topology, from, to, rule));
  return { ...policy, rules: [...rules, ...exceptions] };
}

function isDeepEqual(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, at) => text === other[at]);
}

/** The narrowest rule there is: nothing but a rule for the very same two endpoints outranks it. */
function exception(topology: Topology, from: string, to: string, { action, ports }: PolicyRule): PolicyRule {
  const name = (id: string): string => {
    const endpoint = topology.endpoints.find((candidate) => candidate.id === id);
    if (endpoint && isService(endpoint)) return formatSelector({ kind: 'swarm-service', name: endpoint.name });
    return endpoint && isContainer(endpoint) ? formatSelector({ kind: 'container', name: endpoint.name }) : id;
  };
  return { from: name(from), to: name(to), action, ...(ports ? { ports } : {}) };
}

function sameSides(one: PolicyRule, other: PolicyRule): boolean {
  const canonical = (text: string): string => formatSelector(parseSelector(text));
  return canonical(one.from) === canonical(other.from) && canonical(one.to) === canonical(other.to);
}

function ruleLine({ from, to, action, ports }: PolicyRule): Line {
  return { from: plain(from), to: plain(to), action, ports: ports ? ports.join(' ') : '' };
}
