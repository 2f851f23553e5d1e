/** What a block or an allow would do, before it runs. Rules L1–L6 of SPEC.md. */
import { BulkheadError } from '../errors.ts';
import { formatPorts, isEmpty, minus, NO_PORTS, parsePorts, type PortSet } from '../ports.ts';
import { assertNever, isContainer, isService, isUp, type Endpoint, type Topology } from '../topology/model.ts';
import { compile } from './compile.ts';
import type { Obstacle, Plan, PlanStep, Policy, PolicyRule, Ruleset, Selector, SelectorText } from './model.ts';
import { obstacle, obstaclesIn } from './obstacles.ts';
import { decide, deniedOf, pairKey, portsOf, rulePairs, stackPairs } from './resolve.ts';
import { formatSelector, parseSelector, plain, resolveSelector } from './selector.ts';
import { indexTopology, type Index } from './stack.ts';

type Pair = Plan['pairs'][number];

export type PolicyChange =
  | {
      readonly action: 'block' | 'allow';
      readonly from: SelectorText;
      readonly to: SelectorText;
      /** As `parsePorts` reads them; absent: everything. */
      readonly ports?: readonly string[];
    }
  /** `internet`: cut from the internet alone. Releasing ends both kinds, or that one alone. */
  | { readonly action: 'isolate' | 'release'; readonly name: SelectorText; readonly only?: 'internet' }
  /** `posture` as the name: the whole engine. */
  | { readonly action: 'guard' | 'unguard'; readonly name: SelectorText };

/**
 * @throws BulkheadError `BAD_INPUT` (no selector, no port), `NOT_FOUND` (names nothing here, unless a rule to lift names
 *   it), `AMBIGUOUS` (a container's name that several have).
 */
export function planChange(policy: Policy, topology: Topology, change: PolicyChange): Plan {
  switch (change.action) {
    case 'block':
    case 'allow':
      return planRule(policy, topology, change);
    case 'isolate':
    case 'release':
      return planIsolation(policy, topology, change);
    case 'guard':
    case 'unguard':
      return planPosture(policy, topology, change);
    default:
      return assertNever(change);
  }
}

function planRule(
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
  const { obstacles, closable } = judge(index, rule, together);
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
    obstacles: [...obstacles, ...braked],
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

function planIsolation(
  policy: Policy,
  topology: Topology,
  { action, name, only }: Extract<PolicyChange, { action: 'isolate' | 'release' }>,
): Plan {
  const selector = parseSelector(name);
  const text = formatSelector(selector);
  const known = [...policy.isolated, ...policy.offline].includes(text);
  if (action === 'isolate' || !known) mustName(selector, topology);
  if (selector.kind === 'zone') throw notForZones(text);
  const without = (list: readonly SelectorText[]): readonly SelectorText[] => list.filter((one) => one !== text);
  const isolated = only === 'internet' ? policy.isolated : without(policy.isolated);
  const offline = action === 'release' || only === 'internet' ? without(policy.offline) : policy.offline;
  const released = { ...policy, isolated, offline };
  const after =
    action === 'release'
      ? released
      : only === 'internet'
        ? { ...released, offline: [...offline, text] }
        : { ...released, isolated: [...isolated, text] };
  return planTo(policy, after, topology, { action, name: text, only: only ?? null, selector });
}

function notForZones(name: string): BulkheadError {
  return new BulkheadError({
    code: 'BAD_INPUT',
    message: `"${name}" is no container that could be isolated.`,
    hint: 'Name a container, a project/service, a project:NAME, or all.',
  });
}

function planPosture(
  policy: Policy,
  topology: Topology,
  { action, name }: Extract<PolicyChange, { action: 'guard' | 'unguard' }>,
): Plan {
  if (name === 'posture') {
    const after: Policy = { ...policy, posture: action === 'guard' ? 'guarded' : 'open' };
    return planTo(policy, after, topology, { action, name, only: null, selector: { kind: 'all' } });
  }
  const selector = parseSelector(name);
  if (selector.kind !== 'network' && selector.kind !== 'project') {
    throw new BulkheadError({
      code: 'BAD_INPUT',
      message: `"${plain(name)}" cannot be guarded.`,
      hint: 'Name network:NAME or project:NAME, or posture for everything.',
    });
  }
  const text = formatSelector(selector);
  const exists =
    selector.kind === 'network'
      ? topology.networks.some((one) => one.name === selector.network)
      : resolveSelector(selector, topology).length > 0;
  if (action === 'guard' && !exists) throw notFound(plain(text));
  const rest = policy.guarded.filter((one) => one !== text);
  const after: Policy = { ...policy, guarded: action === 'guard' ? [...rest, text] : rest };
  return planTo(policy, after, topology, { action, name: text, only: null, selector });
}

/** The policy that taking back a change makes (U3). `entry` names that change. */
export function planUndo(policy: Policy, after: Policy, topology: Topology, entry: string): Plan {
  return planTo(policy, after, topology, { action: 'undo', name: entry, only: null, selector: { kind: 'all' } });
}

/** From one policy to another: what changes of the pairs, with everything that stands in the way of what is denied then. */
function planTo(
  policy: Policy,
  after: Policy,
  topology: Topology,
  change: {
    readonly action: Plan['action'];
    readonly name: SelectorText;
    readonly only: 'internet' | null;
    readonly selector: Selector;
  },
): Plan {
  const index = indexTopology(topology);
  const undoes = change.action === 'undo';
  const changed = changedPairs(policy, after, topology);
  const denied = undoes ? moreDenied(policy, after, topology) : new Set<string>();
  const closes = undoes
    ? changed.some(({ from, to }) => denied.has(pairKey(from, to)))
    : change.action === 'isolate' || change.action === 'guard';
  const found = new Map<string, Obstacle>();
  const closable = changed.filter(({ from, to }) => {
    const all = closes && (!undoes || denied.has(pairKey(from, to))) ? obstaclesIn(index, from, to) : [];
    // Two zones' sides of one container say the same; what one pair alone is stopped by is told for that pair.
    for (const one of all) found.set(`${one.rule} ${one.text}`, one);
    return !all.some(({ severity }) => severity === 'stop');
  });
  const named = resolveSelector(change.selector, topology);
  // Who has no stack of its own (host mode) can be closed in nothing.  What was in the file once may be there again.
  const beyond = closes && !undoes && changed.length === 0 ? named.filter((one) => isBeyond(index, one)) : [];
  for (const { name } of beyond) found.set(`S4 ${name}`, obstacle('S4', { from: plain(name) }));
  const allBeyond = named.length > 0 && beyond.length === named.length;
  const possible =
    undoes || !closes || named.length === 0 || closable.length > 0 || (changed.length === 0 && !allBeyond);
  const live = closable.filter(({ from, to }) => [from, to].every((id) => isLive(index, id)));
  return {
    action: change.action,
    from: change.name,
    to: change.only ?? '',
    ports: null,
    pairs: live,
    steps: possible
      ? stepsOf({
          policy,
          after,
          topology,
          index,
          live,
          closable,
          closes,
          line: { name: plain(change.name), action: change.action },
        })
      : [],
    obstacles: [...found.values()],
    possible,
    policy: possible ? after : policy,
  };
}

/** Pairs of which something is denied afterwards that was not before, as keys. */
function moreDenied(policy: Policy, after: Policy, topology: Topology): ReadonlySet<string> {
  const before = new Map(decide(policy, topology).pairs.map((one) => [pairKey(one.from, one.to), one.ports]));
  const now = decide(after, topology).pairs.map((one) => [pairKey(one.from, one.to), one.ports] as const);
  return new Set(now.flatMap(([key, ports]) => (isEmpty(minus(ports, before.get(key) ?? NO_PORTS)) ? [] : [key])));
}

/** Whether a container is in the machine's own stack, or in one that is gone: no table closes it. */
function isBeyond(index: Index, endpoint: Endpoint): boolean {
  return isContainer(endpoint) && index.stackOf(endpoint).kind !== 'own';
}

/** Pairs of which more or less is denied afterwards. */
function changedPairs(policy: Policy, after: Policy, topology: Topology): readonly Pair[] {
  const text = ({ ports }: { readonly ports: PortSet }): string => formatPorts(ports)?.join() ?? 'all';
  const before = new Map(decide(policy, topology).pairs.map((one) => [pairKey(one.from, one.to), one]));
  const now = new Map(decide(after, topology).pairs.map((one) => [pairKey(one.from, one.to), one]));
  return [...new Map([...before, ...now]).entries()].flatMap(([key, { from, to }]) => {
    const [a, b] = [before.get(key), now.get(key)];
    return (a ? text(a) : '') === (b ? text(b) : '') ? [] : [{ from, to }];
  });
}

function mustName(selector: Selector, topology: Topology): void {
  const found = resolveSelector(selector, topology);
  const name = plain(formatSelector(selector).replace(/^(container|service):/, ''));
  if (found.length === 0) throw notFound(name);
  if (selector.kind === 'container' && found.length > 1) {
    throw new BulkheadError({
      code: 'AMBIGUOUS',
      message: `${found.length} containers are called "${name}".`,
      hint: 'Rename all but one of them.',
    });
  }
}

function notFound(name: string): BulkheadError {
  return new BulkheadError({
    code: 'NOT_FOUND',
    message: `There is no endpoint "${name}".`,
    hint: 'Names are container names, project/service, project:NAME, network:NAME, label:KEY=VALUE, all, host, lan, internet.',
  });
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

/** Zones are always there; of services that run somewhere, nothing can be probed. */
function isLive(index: Index, id: string): boolean {
  const container = index.container(id);
  if (!container) return index.topology.endpoints.some((one) => one.id === id);
  return isUp(container);
}

/** What the line about the policy file says. */
type Line =
  | { readonly from: string; readonly to: string; readonly action: PolicyRule['action']; readonly ports: string }
  | { readonly name: string; readonly action: Plan['action'] };

function ruleLine({ from, to, action, ports }: PolicyRule): Line {
  return { from: plain(from), to: plain(to), action, ports: ports ? ports.join(' ') : '' };
}

interface Change {
  readonly policy: Policy;
  readonly after: Policy;
  readonly topology: Topology;
  readonly index: Index;
  readonly line: Line;
  readonly live: readonly Pair[];
  readonly closable: readonly Pair[];
  /** Unless told, as the line's action says. */
  readonly closes?: boolean;
}

function stepsOf(change: Change): readonly PlanStep[] {
  const { policy, after, topology, index, live } = change;
  const before = compile(decide(policy, topology), topology);
  const wanted = compile(decide(after, topology), topology);
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
  if ((change.closes ?? isClosing(change.line)) && changes && live.length > 0) {
    steps.push({ kind: 'sever', text: 'End the connections that are open this way.', params: {} });
  }
  if (live.length > 0) {
    const pairs = String(live.length);
    steps.push({ kind: 'verify', text: `Probe the wire (ordered pairs: ${pairs}).`, params: { pairs } });
  }
  return steps;
}

function isClosing({ action }: Line): boolean {
  return action === 'deny' || action === 'isolate' || action === 'guard';
}

function fileStep({ index, line, live, closable }: Change): PlanStep {
  const params: Record<string, string> = { ...line };
  const said = 'from' in line ? `${line.from} → ${line.to}${line.ports === '' ? '' : ` ${line.ports}`}` : line.name;
  const text = `Save in the policy file: ${said}, ${line.action}.`;
  const waiting = new Set(
    closable
      .filter((pair) => !live.includes(pair))
      .flatMap(({ from, to }) => [from, to])
      .filter((id) => !isLive(index, id))
      .map((id) => plain(index.container(id)?.name ?? id)),
  );
  if (!isClosing(line) || waiting.size === 0) return { kind: 'policy-file', text, params };
  const names = [...waiting].join(', ');
  return {
    kind: 'policy-file',
    text: `${text} Takes effect for ${names} at the next start.`,
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
