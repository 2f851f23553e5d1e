/** Plans of isolations, postures and ways back: from one policy to another. Rules L1, L2, L6, U3 of SPEC.md. */
import { BulkheadError } from '../errors.ts';
import { formatPorts, isEmpty, minus, NO_PORTS, type PortSet } from '../ports.ts';
import { isContainer, type Endpoint, type Topology } from '../topology/model.ts';
import type { Obstacle, Plan, Policy, PolicyChange, Selector, SelectorText } from './model.ts';
import { obstacle } from './obstacle-texts.ts';
import { decisionOf, obstaclesIn } from './obstacles.ts';
import { mustName, notFound } from './plan-names.ts';
import { isLive, stepsOf, type Pair } from './plan-steps.ts';
import { shutBehindProxy } from './proxied.ts';
import { decide, pairKey } from './resolve.ts';
import { formatSelector, parseSelector, plain, resolveSelector } from './selector.ts';
import { indexTopology, type Index } from './stack.ts';

export function planIsolation(
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

export function planPosture(
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

/** The engine's policy becoming that of a whole file. `file` names it. */
export function planFile(policy: Policy, after: Policy, topology: Topology, file: string): Plan {
  return planTo(policy, after, topology, { action: 'apply', name: file, only: null, selector: { kind: 'all' } });
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
  // Both open and close, and are never impossible: what cannot be closed is told.
  const isWhole = change.action === 'undo' || change.action === 'apply';
  const changed = changedPairs(policy, after, topology);
  const denied = isWhole ? moreDenied(policy, after, topology) : new Set<string>();
  const closes = isWhole
    ? changed.some(({ from, to }) => denied.has(pairKey(from, to)))
    : change.action === 'isolate' || change.action === 'guard';
  const found = new Map<string, Obstacle>();
  const decision = closes ? decisionOf(decide(after, topology)) : null;
  const closable = changed.filter(({ from, to }) => {
    const all = closes && (!isWhole || denied.has(pairKey(from, to))) ? obstaclesIn(index, from, to, decision) : [];
    // Two zones' sides of one container say the same; what one pair alone is stopped by is told for that pair.
    for (const one of all) found.set(`${one.rule} ${one.text}`, one);
    return !all.some(({ severity }) => severity === 'stop');
  });
  const named = resolveSelector(change.selector, topology);
  // Who has no stack of its own (host mode) can be closed in nothing.  What was in the file once may be there again.
  const beyond = closes && !isWhole && changed.length === 0 ? named.filter((one) => isBeyond(index, one)) : [];
  for (const { name } of beyond) found.set(`S4 ${name}`, obstacle('S4', { from: plain(name) }));
  const allBeyond = named.length > 0 && beyond.length === named.length;
  const possible =
    isWhole || !closes || named.length === 0 || closable.length > 0 || (changed.length === 0 && !allBeyond);
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
    obstacles: [...found.values(), ...(possible ? shutBehindProxy(policy, after, topology) : [])],
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
