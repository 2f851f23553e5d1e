/** Everything of Bulkhead's away from an engine: what that will do. Rule U8 of SPEC.md. */
import type { Topology } from '../topology/model.ts';
import { EMPTY_POLICY, isEmptyPolicy, type Obstacle, type Plan, type PlanStep, type Policy } from './model.ts';
import { heldPairs, pairsTold } from './plan-held.ts';
import { obstacle } from './obstacle-texts.ts';
import { decide } from './resolve.ts';
import { indexTopology } from './stack.ts';

/** @param back what is given back of networks and links, and what of it cannot be. Always possible. */
export function planClear(
  policy: Policy,
  topology: Topology,
  {
    isPaused,
    back,
  }: {
    readonly isPaused: boolean;
    readonly back: { readonly told: readonly PlanStep[]; readonly notes: readonly Obstacle[] };
  },
): Plan {
  // While the guard stands aside everything is open already.
  const held = isPaused ? [] : heldPairs(decide(policy, topology), indexTopology(topology));
  const steps: PlanStep[] = [...back.told];
  if (isPaused) steps.push({ kind: 'pause-end', text: 'End the pause.', params: {} });
  if (!isEmptyPolicy(policy)) {
    const count = String(linesOf(policy));
    steps.push({
      kind: 'policy-empty',
      text: `Take everything out of the policy file (entries: ${count}).`,
      params: { count },
    });
  }
  steps.push({
    kind: 'clear-engine',
    text: 'Remove every table of Bulkhead from the engine, with its containers and images.',
    params: {},
  });
  return {
    action: 'clear',
    from: '',
    to: '',
    ports: null,
    pairs: [],
    steps,
    obstacles: [...(held.length > 0 ? [obstacle('P5', pairsTold(held, topology))] : []), ...back.notes],
    possible: true,
    policy: EMPTY_POLICY,
  };
}

function linesOf({ posture, guarded, isolated, offline, rules }: Policy): number {
  return (posture === 'open' ? 0 : 1) + guarded.length + isolated.length + offline.length + rules.length;
}
