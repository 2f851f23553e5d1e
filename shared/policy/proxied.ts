/**
 * Published ports that a rule allows and that stay shut all the same: docker-proxy passes them on, which is the machine,
 * and the machine may not reach whom it serves (R920).  Rule W10 of SPEC.md.
 */
import { isEmpty, minus } from '../ports.ts';
import { explain } from '../reachability/explain.ts';
import type { Denial } from '../reachability/model.ts';
import { isContainer, type Topology } from '../topology/model.ts';
import type { Obstacle, Plan, Policy } from './model.ts';
import { obstacle } from './obstacle-texts.ts';
import { decisionOf, obstaclesIn } from './obstacles.ts';
import { decide, pairKey, portsOf, rulePairs } from './resolve.ts';
import { plain } from './selector.ts';
import { indexTopology } from './stack.ts';

/** So many callers are named; what they all meet is the same. */
const CALLERS_NAMED = 4;

/** What one target has shut, and to whom. */
interface Shut {
  readonly to: string;
  readonly from: readonly string[];
  /** As the machine has them: `tcp/8080`. */
  readonly ports: readonly string[];
}

/**
 * What a change leaves shut of what rules allow.
 *
 * @param about pairs that the change itself speaks of: told of them also where it was so before.
 */
export function shutBehindProxy(
  policy: Policy,
  after: Policy,
  topology: Topology,
  about: Plan['pairs'] = [],
): readonly Obstacle[] {
  const named = new Set(about.map(({ from, to }) => pairKey(from, to)));
  const before = new Map(shutIn(policy, topology).map((one) => [one.to, one]));
  const names = new Map(topology.endpoints.map(({ id, name }) => [id, plain(name)]));
  const name = (id: string): string => names.get(id) ?? id;
  return shutIn(after, topology).flatMap((one): Obstacle[] => {
    const old = before.get(one.to);
    const from = one.from.filter((id) => named.has(pairKey(id, one.to)) || old?.from.includes(id) !== true);
    if (from.length === 0) return [];
    const shown = from.slice(0, CALLERS_NAMED).map(name).join(', ');
    const callers = from.length > CALLERS_NAMED ? `${shown}…` : shown;
    return [obstacle('W10', { from: callers, name: name(one.to), ports: one.ports.join(', ') })];
  });
}

function shutIn(policy: Policy, topology: Topology): readonly Shut[] {
  if (topology.engine.userlandProxy === false || policy.rules.every(({ action }) => action === 'deny')) return [];
  const index = indexTopology(topology);
  const decided = decide(policy, topology);
  const { pairs, closed } = decided;
  const decision = decisionOf(decided);
  const kept = new Set(pairs.flatMap(({ from, to }) => (from === 'host' ? [to] : [])));
  const targets = new Set(
    topology.endpoints
      .filter(isContainer)
      .filter((one) => kept.has(one.id) && index.membersOf(one).some(({ publishedPorts }) => publishedPorts.length > 0))
      .map(({ id }) => id),
  );
  if (targets.size === 0) return [];
  // As the guard will hold them: what no table closes is not in the way.
  const denials = pairs.flatMap(({ from, to, ports }): Denial[] => {
    if (!targets.has(to)) return [];
    const isStopped = obstaclesIn(index, from, to, decision).some(({ severity }) => severity === 'stop');
    return isStopped && !closed.has(to) ? [] : [{ from, to, ports, state: 'held', policy: '' }];
  });
  const denied = new Map(pairs.map((one) => [pairKey(one.from, one.to), one.ports]));
  const callers = new Map<string, Set<string>>();
  for (const rule of policy.rules) {
    if (rule.action === 'deny') continue;
    for (const { from, to } of rulePairs(rule, topology).pairs) {
      const shut = denied.get(pairKey(from, to));
      if (!targets.has(to) || (shut && isEmpty(minus(portsOf(rule), shut)))) continue;
      const known = callers.get(to);
      if (known) known.add(from);
      else callers.set(to, new Set([from]));
    }
  }
  return [...callers].flatMap(([to, all]): Shut[] => {
    const from: string[] = [];
    const ports = new Set<string>();
    for (const caller of all) {
      // One more than are named tells that there are others.
      if (from.length > CALLERS_NAMED) break;
      const shut = explain(topology, denials, caller, to).channels.filter(({ rules }) => rules.includes('R920'));
      if (shut.length === 0) continue;
      from.push(caller);
      for (const port of shut.flatMap((channel) => channel.ports ?? [])) ports.add(port);
    }
    return from.length > 0 ? [{ to, from, ports: [...ports].sort() }] : [];
  });
}
