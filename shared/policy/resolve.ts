/** From rules to pairs: which ordered pairs a policy denies in one topology. Rules P5–P12 of SPEC.md. */
import { ALL_PORTS, intersectionOf, isEmpty, minus, NO_PORTS, parsePorts, unionOf } from '../ports.ts';
import type { PortSet } from '../ports.ts';
import { isContainer, type Endpoint, type Topology } from '../topology/model.ts';
import type { Cause, Decided, DeniedPair, Policy, PolicyRule, SelectorText } from './model.ts';
import { parseSelector, rankOf, resolveSelector } from './selector.ts';
import { indexTopology, shareStack, type Index } from './stack.ts';

export function pairKey(from: string, to: string): string {
  return `${from}\n${to}`;
}

/** The rule's own pairs, never an endpoint with itself nor two zones. @throws BulkheadError `BAD_INPUT` for a selector that is none. */
export function rulePairs(
  rule: Pick<PolicyRule, 'from' | 'to' | 'ports'>,
  topology: Topology,
): { readonly rank: number; readonly pairs: readonly { readonly from: string; readonly to: string }[] } {
  const from = parseSelector(rule.from);
  const to = parseSelector(rule.to);
  const targets = resolveSelector(to, topology);
  const pairs = resolveSelector(from, topology).flatMap((source) =>
    targets.filter((target) => canBePair(source, target)).map((target) => ({ from: source.id, to: target.id })),
  );
  return { rank: 2 * (rankOf(from) + rankOf(to)) + (rule.ports ? 1 : 0), pairs };
}

function canBePair(from: Endpoint, to: Endpoint): boolean {
  return from.id !== to.id && !(isZone(from) && isZone(to));
}

function isZone({ kind }: Endpoint): boolean {
  return kind === 'host' || kind === 'lan' || kind === 'internet';
}

/** What the rules say of one pair; what neither denies nor allows is for the posture to decide. */
interface Said {
  denied: PortSet;
  allowed: PortSet;
  cause: Cause | null;
}

/**
 * Everything the policy wants of this topology, whether the containers run or not.
 *
 * Of the rules about a pair, the highest rank is asked first, deny before allow between equals (P6, P7); each decides
 * the ports that none before it has.  Quick isolation stands above all rules, the posture below them (P9, P10).
 * Containers in one network stack are decided as one (P8), since no firewall can tell their packets apart.
 *
 * @throws BulkheadError `BAD_INPUT` for a selector that is none (a policy from `parsePolicy` has none such).
 */
export function decide(policy: Policy, topology: Topology): Decided {
  const index = indexTopology(topology);
  const said = sayings(policy, topology);
  const guarded = guardedIn(policy, topology, index);
  const isolated = namedIn(policy.isolated, topology, index);
  const offline = namedIn(policy.offline, topology, index);
  const pairs = new Map<string, DeniedPair>();
  const put = (from: string, to: string, ports: PortSet, cause: Cause): void => {
    if (isEmpty(ports)) return;
    const key = pairKey(from, to);
    const before = pairs.get(key);
    pairs.set(key, before ? { ...before, ports: unionOf(before.ports, ports) } : { from, to, ports, cause });
  };

  const endpoints = topology.endpoints;
  const closedBy = (from: string, to: string, names: ReadonlyMap<string, SelectorText>): SelectorText | undefined =>
    names.get(from) ?? names.get(to);
  for (const from of wholly(isolated, endpoints)) {
    for (const to of endpoints) {
      if (!canBePair(from, to) || isOneWith(index, from, to)) continue;
      for (const [a, b] of [
        [from, to],
        [to, from],
      ] as const) {
        const selector = closedBy(a.id, b.id, isolated);
        if (selector !== undefined) put(a.id, b.id, ALL_PORTS, { kind: 'isolated', selector });
      }
    }
  }
  for (const [id, selector] of offline) {
    put(id, 'internet', ALL_PORTS, { kind: 'offline', selector });
    put('internet', id, ALL_PORTS, { kind: 'offline', selector });
  }

  const together = stacked(said, index);
  for (const [key, { denied, cause }] of together) {
    const [from = '', to = ''] = key.split('\n');
    if (cause) put(from, to, denied, cause);
  }
  for (const from of wholly(guarded, endpoints)) {
    for (const to of endpoints) {
      if (!canBePair(from, to) || isOneWith(index, from, to)) continue;
      for (const [a, b] of [
        [from, to],
        [to, from],
      ] as const) {
        const allowed = together.get(pairKey(a.id, b.id))?.allowed ?? NO_PORTS;
        const selector = closedBy(a.id, b.id, guarded);
        if (selector !== undefined) put(a.id, b.id, minus(ALL_PORTS, allowed), { kind: 'guarded', selector });
      }
    }
  }
  return {
    pairs: [...pairs.values()],
    closed: new Set([...guarded.keys(), ...isolated.keys()]),
    guardedNetworks: networksIn(policy, topology),
  };
}

/** As `decide`, its pairs alone. */
export function deniedPairs(policy: Policy, topology: Topology): readonly DeniedPair[] {
  return decide(policy, topology).pairs;
}

function wholly(names: ReadonlyMap<string, SelectorText>, endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return endpoints.filter(({ id }) => names.has(id));
}

/** For every pair that any rule names; keys are `pairKey`s. */
function sayings(policy: Policy, topology: Topology): Map<string, Said> {
  const ranked = policy.rules.map((rule) => ({ rule, ...rulePairs(rule, topology) }));
  const order = ranked.sort((a, b) => b.rank - a.rank || denies(b.rule) - denies(a.rule));
  const said = new Map<string, Said>();
  for (const { rule, pairs } of order) {
    const ports = rule.ports ? parsePorts(rule.ports) : ALL_PORTS;
    for (const { from, to } of pairs) {
      const key = pairKey(from, to);
      let before = said.get(key);
      if (!before) said.set(key, (before = { denied: NO_PORTS, allowed: NO_PORTS, cause: null }));
      const left = minus(minus(ports, before.denied), before.allowed);
      if (isEmpty(left)) continue;
      if (rule.action === 'allow') before.allowed = unionOf(before.allowed, left);
      else {
        before.denied = unionOf(before.denied, left);
        before.cause ??= { kind: 'rule', rule };
      }
    }
  }
  return said;
}

function denies({ action }: PolicyRule): number {
  return action === 'deny' ? 1 : 0;
}

/** P8: what is denied to one of a stack is denied to all in it; what is allowed to one is, where nothing denies it. */
function stacked(said: ReadonlyMap<string, Said>, index: Index): Map<string, Said> {
  const all = new Map<string, Said>();
  for (const [key, one] of said) {
    const [from = '', to = ''] = key.split('\n');
    for (const pair of [{ from, to }, ...stackPairs(index, from, to)]) {
      const own = pairKey(pair.from, pair.to);
      const before = all.get(own);
      // The pair itself comes first in the list, and once more among its stack: a union does not mind.
      all.set(own, {
        denied: before ? unionOf(before.denied, one.denied) : one.denied,
        allowed: before ? unionOf(before.allowed, one.allowed) : one.allowed,
        cause: before?.cause ?? one.cause,
      });
    }
  }
  for (const one of all.values()) one.allowed = minus(one.allowed, one.denied);
  return all;
}

/** Containers that those selectors name, with everybody in their stacks, and the first selector that names each. */
function namedIn(
  selectors: readonly SelectorText[],
  topology: Topology,
  index: Index,
): ReadonlyMap<string, SelectorText> {
  const found = new Map<string, SelectorText>();
  for (const selector of selectors) {
    for (const endpoint of resolveSelector(parseSelector(selector), topology)) {
      if (endpoint.kind === 'service') found.set(endpoint.id, selector);
      if (!isContainer(endpoint) || index.stackOf(endpoint).kind !== 'own') continue;
      for (const { id } of index.membersOf(endpoint)) if (!found.has(id)) found.set(id, selector);
    }
  }
  return found;
}

function guardedIn(policy: Policy, topology: Topology, index: Index): ReadonlyMap<string, SelectorText> {
  const everybody = policy.posture === 'guarded' ? namedIn(['all'], topology, index) : new Map<string, SelectorText>();
  const named = namedIn(policy.guarded, topology, index);
  return new Map([...[...everybody.keys()].map((id) => [id, 'posture'] as const), ...named]);
}

/** Networks named themselves, those that a named project has made, and all of them under the guarded posture. */
function networksIn({ posture, guarded }: Policy, topology: Topology): ReadonlySet<string> {
  const selectors = guarded.map(parseSelector);
  const isNamed = ({ name, project }: Topology['networks'][number]): boolean =>
    posture === 'guarded' ||
    selectors.some(
      (one) =>
        (one.kind === 'network' && one.network === name) ||
        (one.kind === 'project' && project !== '' && one.project === project),
    );
  return new Set(
    topology.networks
      .filter(({ driver }) => driver === 'bridge')
      .filter(isNamed)
      .map(({ id }) => id),
  );
}

/** Whether the other is in the same stack, or in the machine's, for which `host` stands. */
function isOneWith(index: Index, from: Endpoint, to: Endpoint): boolean {
  if (!isContainer(from) || !isContainer(to)) return false;
  const other = index.stackOf(to);
  return other.kind === 'host' || shareStack(index.stackOf(from), other);
}

/** The pairs that stand and fall with `from` → `to`: every member of one stack to every member of the other. */
export function stackPairs(
  index: Index,
  from: string,
  to: string,
): readonly { readonly from: string; readonly to: string }[] {
  const source = index.container(from);
  const target = index.container(to);
  if (source && target && shareStack(index.stackOf(source), index.stackOf(target))) return [];
  const sources = source ? index.membersOf(source).map(({ id }) => id) : [from];
  const targets = target ? index.membersOf(target).map(({ id }) => id) : [to];
  if (!source && !target) return [];
  return sources.flatMap((a) => targets.map((b) => ({ from: a, to: b })));
}

/** Ports that a rule speaks of. */
export function portsOf({ ports }: Pick<PolicyRule, 'ports'>): PortSet {
  return ports ? parsePorts(ports) : ALL_PORTS;
}

/** What is denied of some ports of a pair. */
export function deniedOf(pair: DeniedPair | undefined, ports: PortSet): PortSet {
  return pair ? intersectionOf(pair.ports, ports) : NO_PORTS;
}

/** The policy line behind a denial, for people. */
export function causeText(cause: Cause): string {
  switch (cause.kind) {
    case 'rule': {
      const { from, to, ports } = cause.rule;
      return `${from} → ${to}${ports ? ` ${ports.join(' ')}` : ''}`;
    }
    case 'guarded':
      return cause.selector === 'posture' ? 'posture: guarded' : `guarded: ${cause.selector}`;
    default:
      return `${cause.kind}: ${cause.selector}`;
  }
}
