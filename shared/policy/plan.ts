/** What a block or an allow would do, before it runs. Rules L1–L6 of SPEC.md. */
import { BulkheadError } from '../errors.ts';
import { isContainer, isService, isUp, type Topology } from '../topology/model.ts';
import { compile } from './compile.ts';
import type { Obstacle, Plan, PlanStep, Policy, PolicyRule, Ruleset, Selector, SelectorText } from './model.ts';
import { obstacle, obstaclesIn } from './obstacles.ts';
import { decide, deniedPairs, pairKey, rulePairs, stackPairs } from './resolve.ts';
import { formatSelector, parseSelector, plain, resolveSelector } from './selector.ts';
import { indexTopology, type Index } from './stack.ts';

type Pair = Plan['pairs'][number];

export interface PolicyChange {
  readonly action: 'block' | 'allow';
  readonly from: SelectorText;
  readonly to: SelectorText;
}

/**
 * @throws BulkheadError `BAD_INPUT` (no selector), `NOT_FOUND` (names nothing here, unless a rule to lift names it),
 *   `AMBIGUOUS` (a container's name that several have).
 */
export function planChange(policy: Policy, topology: Topology, change: PolicyChange): Plan {
  const from = parseSelector(change.from);
  const to = parseSelector(change.to);
  const rule: PolicyRule = {
    from: formatSelector(from),
    to: formatSelector(to),
    action: change.action === 'block' ? 'deny' : 'allow',
  };
  if (change.action === 'block' || !policy.rules.some((present) => sameSides(present, rule))) {
    mustName(from, topology);
    mustName(to, topology);
  }
  const index = indexTopology(topology);
  const { pairs: named } = rulePairs(rule, topology);
  const together = withStackMates(index, named);
  const { obstacles, closable } = judge(index, rule, together);
  const possible = change.action === 'allow' || closable.length > 0;
  const after = possible ? settle(policy, topology, rule, rule.action === 'deny' ? named : together) : policy;
  const live = closable.filter(({ from: a, to: b }) => [a, b].every((id) => isLive(index, id)));
  return {
    action: change.action,
    from: rule.from,
    to: rule.to,
    pairs: live,
    steps: possible ? stepsOf({ policy, after, topology, index, rule, live, closable }) : [],
    obstacles,
    possible,
    policy: after,
  };
}

function mustName(selector: Selector, topology: Topology): void {
  const found = resolveSelector(selector, topology);
  const name = plain(formatSelector(selector).replace(/^(container|service):/, ''));
  if (found.length === 0) {
    throw new BulkheadError({
      code: 'NOT_FOUND',
      message: `There is no endpoint "${name}".`,
      hint: 'Names are container names, project/service, host, lan, internet.',
    });
  }
  if (selector.kind === 'container' && found.length > 1) {
    throw new BulkheadError({
      code: 'AMBIGUOUS',
      message: `${found.length} containers are called "${name}".`,
      hint: 'Rename all but one of them.',
    });
  }
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
): { readonly obstacles: readonly Obstacle[]; readonly closable: readonly Pair[] } {
  const found = new Map<string, Obstacle>();
  const closable = pairs.filter(({ from, to }) => {
    const obstacles = obstaclesIn(index, from, to);
    for (const obstacle of obstacles) found.set(`${obstacle.rule} ${obstacle.text}`, obstacle);
    return !obstacles.some(({ severity }) => severity === 'stop');
  });
  // Both names mean one and the same endpoint.
  if (pairs.length === 0) found.set('S2', obstacle('S2', { from: plain(rule.from.replace(/^container:/, '')) }));
  return { obstacles: rule.action === 'deny' ? [...found.values()] : [], closable };
}

/**
 * The policy in which every pair of `rule` is decided as the rule says, changed as little as can be (L3): rules of the
 * other action that speak only of these pairs go; where a wider or narrower one still decides, an exception is added.
 */
function settle(policy: Policy, topology: Topology, rule: PolicyRule, pairs: readonly Pair[]): Policy {
  const wanted = new Set(pairs.map(({ from, to }) => pairKey(from, to)));
  const opposite = rule.action === 'deny' ? 'allow' : 'deny';
  const isCovered = (present: PolicyRule): boolean => {
    const own = rulePairs(present, topology).pairs;
    return own.length > 0 && own.every(({ from, to }) => wanted.has(pairKey(from, to)));
  };
  let rules = policy.rules.filter(
    (present) => present.action !== opposite || !(sameSides(present, rule) || isCovered(present)),
  );
  const undecided = (): readonly Pair[] => {
    const decisions = decide({ ...policy, rules }, topology);
    return pairs.filter(({ from, to }) => (decisions.get(pairKey(from, to))?.rule.action ?? 'allow') !== rule.action);
  };
  // A block is written down even where a wider rule denies already: the user said it. An allow only where needed.
  const isWritten = rules.some((present) => present.action === rule.action && sameSides(present, rule));
  if (!isWritten && (rule.action === 'deny' || undecided().length > 0)) rules = [...rules, rule];
  const exceptions = undecided().map(({ from, to }) => exception(topology, from, to, rule.action));
  return { ...policy, rules: [...rules, ...exceptions] };
}

/** The narrowest rule there is: nothing but a rule for the very same two containers outranks it. */
function exception(topology: Topology, from: string, to: string, action: PolicyRule['action']): PolicyRule {
  const name = (id: string): string => {
    const endpoint = topology.endpoints.find((candidate) => candidate.id === id);
    if (endpoint && isService(endpoint)) return formatSelector({ kind: 'swarm-service', name: endpoint.name });
    return endpoint && isContainer(endpoint) ? formatSelector({ kind: 'container', name: endpoint.name }) : id;
  };
  return { from: name(from), to: name(to), action };
}

function sameSides(one: PolicyRule, other: PolicyRule): boolean {
  const canonical = (text: string): string => formatSelector(parseSelector(text));
  return canonical(one.from) === canonical(other.from) && canonical(one.to) === canonical(other.to);
}

function isLive(index: Index, id: string): boolean {
  const container = index.container(id);
  return container !== undefined && isUp(container);
}

interface Change {
  readonly policy: Policy;
  readonly after: Policy;
  readonly topology: Topology;
  readonly index: Index;
  readonly rule: PolicyRule;
  readonly live: readonly Pair[];
  readonly closable: readonly Pair[];
}

function stepsOf(change: Change): readonly PlanStep[] {
  const { policy, after, topology, index, rule, live } = change;
  const before = compile(deniedPairs(policy, topology), topology);
  const wanted = compile(deniedPairs(after, topology), topology);
  const { load, remove } = difference(before, wanted);
  const name = (place: string): string => (place === 'host' ? 'host' : plain(index.container(place)?.name ?? place));
  const steps: PlanStep[] = [fileStep(change)];
  const changes = load.length + remove.length > 0;
  if (changes) steps.push({ kind: 'helper', text: 'Reach the engine’s network through the helper.', params: {} });
  for (const place of load) {
    steps.push({ kind: 'load-table', text: `Load the rules of ${name(place)}.`, params: { place, name: name(place) } });
  }
  for (const place of remove) {
    steps.push({
      kind: 'remove-table',
      text: `Remove the rules of ${name(place)}.`,
      params: { place, name: name(place) },
    });
  }
  if (rule.action === 'deny' && changes && live.length > 0) {
    steps.push({ kind: 'sever', text: 'End the connections that are open this way.', params: {} });
  }
  if (live.length > 0) {
    const pairs = String(live.length);
    steps.push({ kind: 'verify', text: `Probe the wire (ordered pairs: ${pairs}).`, params: { pairs } });
  }
  return steps;
}

function fileStep({ index, rule, live, closable }: Change): PlanStep {
  const params = { from: plain(rule.from), to: plain(rule.to), action: rule.action };
  const line = `Save in the policy file: ${params.from} → ${params.to}, ${rule.action}.`;
  const waiting = new Set(
    closable
      .filter((pair) => !live.includes(pair))
      .flatMap(({ from, to }) => [from, to])
      .filter((id) => !isLive(index, id))
      .map((id) => plain(index.container(id)?.name ?? id)),
  );
  if (rule.action === 'allow' || waiting.size === 0) return { kind: 'policy-file', text: line, params };
  const names = [...waiting].join(', ');
  return {
    kind: 'policy-file',
    text: `${line} Takes effect for ${names} at the next start.`,
    params: { ...params, waiting: names },
  };
}

/** Places whose table changes, and places that lose theirs. */
function difference(
  before: Ruleset,
  after: Ruleset,
): { readonly load: readonly string[]; readonly remove: readonly string[] } {
  const old = new Map(before.tables.map(({ place, script }) => [place, script]));
  const load = after.tables.filter(({ place, script }) => old.get(place) !== script).map(({ place }) => place);
  const kept = new Set(after.tables.map(({ place }) => place));
  return { load, remove: [...old.keys()].filter((place) => !kept.has(place)) };
}
