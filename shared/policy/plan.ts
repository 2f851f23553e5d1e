/** What a change of the policy would do, before it runs. Rules L1–L6 of SPEC.md. */
import { assertNever, type Topology } from '../topology/model.ts';
import type { Plan, Policy, PolicyChange } from './model.ts';
import { planIsolation, planPosture } from './plan-between.ts';
import { planRule } from './plan-rule.ts';

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
