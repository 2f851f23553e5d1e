/** What separate networks or removed links would do, before anything runs. */
import type { Obstacle, Plan, PlanStep, Policy } from '../policy/model.ts';
import { obstacle } from '../policy/obstacle-texts.ts';
import { rulePairs } from '../policy/resolve.ts';
import { formatSelector, parseSelector, plain } from '../policy/selector.ts';
import type { Denial } from '../reachability/model.ts';
import { isContainer, isUp, type Topology } from '../topology/model.ts';
import { effectOf } from './effect.ts';
import type { Effect, Method, MethodStep } from './model.ts';
import { separate, type Hindrance } from './separate.ts';
import { unlink } from './unlink.ts';

export interface MethodPlan {
  readonly plan: Plan;
  readonly method: Exclude<Method, 'firewall'>;
  readonly steps: readonly MethodStep[];
  readonly effect: Effect | null;
}

export interface MethodQuestion {
  readonly method: Exclude<Method, 'firewall'>;
  /** Selectors of containers. */
  readonly from: string;
  readonly to: string;
  readonly ports?: readonly string[];
}

/** The policy stays as it is: these methods hold by themselves. @throws BulkheadError `BAD_INPUT` for what is no selector. */
export function planMethod(
  topology: Topology,
  denials: readonly Denial[],
  policy: Policy,
  { method, from, to, ports }: MethodQuestion,
): MethodPlan {
  const sides = { from: formatSelector(parseSelector(from)), to: formatSelector(parseSelector(to)) };
  const { pairs } = rulePairs(sides, topology);
  const ids = (side: 'from' | 'to'): readonly string[] => [...new Set(pairs.map((pair) => pair[side]))];
  const made =
    method === 'network' ? separate(topology, ids('from'), ids('to')) : unlink(topology, ids('from'), ids('to'));
  const hindrances: readonly Hindrance[] = ports ? [{ rule: 'T9', params: {} }] : made.hindrances;
  const possible = hindrances.length === 0 && made.steps.length > 0;
  const effect = possible
    ? effectOf({ before: topology, after: made.after, denials, wanted: pairs, touched: made.touched })
    : null;
  const up = new Set(topology.endpoints.flatMap((one) => (isContainer(one) && isUp(one) ? [one.id] : [])));
  const live = pairs.filter((pair) => up.has(pair.from) && up.has(pair.to));
  const steps = possible ? made.steps.map((step) => stepOf(step, topology, made.after)) : [];
  const verify: PlanStep = {
    kind: 'verify',
    text: `Probe the wire (ordered pairs: ${String(live.length)}).`,
    params: { pairs: String(live.length) },
  };
  return {
    method,
    steps: possible ? made.steps : [],
    effect,
    plan: {
      action: 'block',
      ...sides,
      ports: null,
      pairs: live,
      steps: possible && live.length > 0 ? [...steps, verify] : steps,
      obstacles: told(hindrances),
      possible,
      policy,
    },
  };
}

function told(hindrances: readonly Hindrance[]): readonly Obstacle[] {
  const found = hindrances.map(({ rule, params }) =>
    obstacle(rule, Object.fromEntries(Object.entries(params).map(([name, text]) => [name, plain(text)]))),
  );
  return [...new Map(found.map((one) => [one.text, one])).values()];
}

function stepOf(step: MethodStep, before: Topology, after: Topology): PlanStep {
  const network = (id: string): string => plain(after.networks.find((one) => one.id === id)?.name ?? id);
  const container = (id: string): string => plain(before.endpoints.find((one) => one.id === id)?.name ?? id);
  switch (step.kind) {
    case 'network-create': {
      const params = { network: plain(step.draft.name), like: network(step.draft.like) };
      return {
        kind: step.kind,
        params,
        text: `Make the network ${params.network}, of the same kind as ${params.like}.`,
      };
    }
    case 'network-connect': {
      const params = { name: container(step.container), network: network(step.network) };
      return { kind: step.kind, params, text: `Connect ${params.name} to ${params.network}.` };
    }
    case 'network-disconnect': {
      const params = { name: container(step.container), network: network(step.network) };
      return { kind: step.kind, params, text: `Disconnect ${params.name} from ${params.network}.` };
    }
    default: {
      const params = { name: container(step.container), targets: step.targets.map(container).join(', ') };
      return {
        kind: step.kind,
        params,
        text: `Make ${params.name} anew without its links to ${params.targets}, and otherwise as it is.`,
      };
    }
  }
}
