/** Pairs that no firewall can split (SPEC R905–R908). */
import type { Topology } from '../topology/model.ts';
import type { Reason } from './model.ts';
import { reason, type RuleId } from './reasons.ts';
import { sceneOf, type Party } from './scene.ts';

/**
 * Why the pair (endpoint ids) cannot be split by any firewall, or `null` when it can, or when an id is not there.
 * Zones are not the question here: whether the guard offers rules with them is the policy's to say.
 */
export function cannotSplit(topology: Topology, fromId: string, toId: string): Reason | null {
  const scene = sceneOf(topology);
  const from = scene.party(fromId);
  const to = scene.party(toId);
  if (!from || !to) return null;
  const rule = inseparable(from, to);
  return rule && reason(rule, { from: from.endpoint.name, to: to.endpoint.name });
}

/** The rule that makes a pair inseparable, `null` when it can be split. */
export function inseparable(from: Party, to: Party): RuleId | null {
  if (from === to) return 'R905';
  if (from.stack === to.stack && from.stack.kind !== 'host') return 'R906';
  if (isInHostMode(to)) return 'R907';
  return isInHostMode(from) ? 'R908' : null;
}

function isInHostMode({ endpoint, stack }: Party): boolean {
  return stack.kind === 'host' && endpoint.kind === 'container';
}
