/** One cell and one plan, in the contract's shapes. */
import type { CellView, PlanView } from '../../shared/contract/schemas.ts';
import { BulkheadError } from '../../shared/errors.ts';
import type { Effect } from '../../shared/methods/model.ts';
import type { Plan } from '../../shared/policy/model.ts';
import { ALL_PORTS, formatPorts, minus } from '../../shared/ports.ts';
import type { Cell, Denial } from '../../shared/reachability/model.ts';
import type { Session } from './session.ts';
import { endpointView, namesOf } from './views.ts';

/** @throws BulkheadError `NOT_FOUND` when one of the two has gone. */
export function cellView(session: Session, fromId: string, toId: string): CellView {
  const topology = session.topology();
  const names = namesOf(topology);
  const find = (id: string): CellView['from'] => {
    const endpoint = topology.endpoints.find((candidate) => candidate.id === id);
    if (endpoint) return endpointView(endpoint, names);
    throw new BulkheadError({
      code: 'NOT_FOUND',
      message: 'That endpoint is no longer there.',
      hint: 'Choose another cell; the matrix shows what is there now.',
    });
  };
  const from = find(fromId);
  const to = find(toId);
  const cell = session.explain(fromId, toId);
  const denial = session.denials().find((candidate) => candidate.from === fromId && candidate.to === toId);
  return {
    from,
    to,
    verdict: cell.verdict,
    enforced: cell.enforced,
    channels: plainChannels(cell),
    reasons: cell.reasons.map((reason) => ({ ...reason, params: { ...reason.params } })),
    denial: denial ? { state: denial.state, policy: denial.policy, ...portsOf(denial) } : null,
  };
}

/** Protocols without a name here are told by what is left out. */
function portsOf({ ports }: Denial): { ports?: string[]; except?: string[] } {
  const listed = ports && formatPorts(ports);
  if (!listed) return {};
  return ports.other ? { except: [...(formatPorts(minus(ALL_PORTS, ports)) ?? [])] } : { ports: [...listed] };
}

export function planView(plan: Plan): PlanView {
  return {
    action: plan.action,
    from: plan.from,
    to: plan.to,
    ports: plan.ports ? [...plan.ports] : null,
    pairs: plan.pairs.map(({ from, to }) => ({ from, to })),
    steps: plan.steps.map((step) => ({ ...step, params: { ...step.params } })),
    obstacles: plan.obstacles.map((obstacle) => ({ ...obstacle, params: { ...obstacle.params } })),
    possible: plan.possible,
    ...(plan.effect ? { effect: effectView(plan.effect) } : {}),
  };
}

/** The same effect, as mutable plain data. */
function effectView(effect: Effect): NonNullable<PlanView['effect']> {
  const { closes, stays, breaks, opens, names } = effect;
  return {
    closes: closes.map((one) => ({ ...one })),
    stays: stays.map((one) => ({ ...one, ports: one.ports ? [...one.ports] : null })),
    breaks: breaks.map((one) => ({ ...one })),
    opens: opens.map((one) => ({ ...one })),
    names: names.map((one) => ({ ...one, names: [...one.names] })),
  };
}

/** The same channels, as mutable plain data for a carrier or `JSON.stringify`. */
export function plainChannels(cell: Cell): CellView['channels'] {
  return cell.channels.map(({ ports, except, names, rules, ...rest }) => ({
    ...rest,
    ...(ports ? { ports: [...ports] } : {}),
    ...(except ? { except: [...except] } : {}),
    ...(names ? { names: [...names] } : {}),
    rules: [...rules],
  }));
}
