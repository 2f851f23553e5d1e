/**
 * One connected engine with everything Bulkhead does on it: policy, guard, prediction, verification.
 *
 * The app opens one per engine it is connected to; a command of the CLI opens one for its own length.
 */
import type { Change, GuardState, ProbeView } from '../../shared/contract/schemas.ts';
import { BulkheadError, toErrorShape, type ErrorShape } from '../../shared/errors.ts';
import { planChange, selectorFor, type PolicyChange } from '../../shared/policy/index.ts';
import { EMPTY_POLICY, type Plan, type Policy } from '../../shared/policy/model.ts';
import { explain, reevaluate, type Evaluation } from '../../shared/reachability/index.ts';
import type { Cell, Denial, Matrix } from '../../shared/reachability/model.ts';
import {
  assertNever,
  isContainer,
  isService,
  isUp,
  SWARM_SERVICE_ID_LABEL,
  type ContainerEndpoint,
  type Endpoint,
  type Topology,
} from '../../shared/topology/model.ts';
import type { Discovery, EngineDriver } from '../engine/driver.ts';
import { createGuard, verifyPairs } from '../guard/index.ts';
import type { PolicyStore } from '../store/policy-store.ts';
import { createSignal } from '../lib/signal.ts';
import { openLivePolicy, type LivePolicy } from './live-policy.ts';
import { resolveEndpoint } from './names.ts';

export interface Tally {
  readonly agree: number;
  readonly disagree: number;
  readonly errors: number;
  /** After a block: pairs with both sides up that are not held all the same, whatever the probes said. */
  readonly unheld?: number;
}

export interface Pair {
  readonly from: string;
  readonly to: string;
}

/** How a long call is watched and cancelled; every listener is optional. */
export interface Watched {
  readonly signal?: AbortSignal;
  readonly onProgress?: (step: string, detail: string) => void;
  readonly onProbe?: (probe: ProbeView) => void;
  readonly onCount?: (done: number, total: number) => void;
}

export interface Session {
  readonly driver: EngineDriver;
  topology(): Topology;
  denials(): readonly Denial[];
  guardState(): GuardState;
  matrix(): Matrix;
  explain(from: string, to: string): Cell;
  /** What `change` would do; `from`/`to` are endpoint ids, names or selectors. */
  plan(change: Change): Plan;
  /** Saves the rule, makes the wire true, then probes the pairs it changed. */
  apply(change: Change, watched: Watched): Promise<Tally>;
  verify(scope: { readonly from?: string; readonly to?: string }, watched: Watched): Promise<Tally>;
  /** Resolves when the wire is what the policy wants, or rejects with why it cannot be. */
  settle(watched: Watched): Promise<void>;
  /** Reads what is on the wire now, changing nothing, so that verdicts tell which rules are in force. */
  observe(): Promise<void>;
  /** Asks service registries and load balancers for the names they hold; `explain` tells them from then on. */
  discover(signal: AbortSignal): Promise<Discovery>;
  /** Called after any change of topology, policy or guard. */
  onChange(listener: () => void): () => void;
  /** Removes every trace from the engine and every rule from the policy. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly driver: EngineDriver;
  readonly store: PolicyStore;
  /** Follow the policy file and keep the wire true from now on (an app), or act only when asked (one command). */
  readonly follow: boolean;
  /** Open without rules when the policy file cannot be understood, and leave that file alone; `guardState` says why. */
  readonly toleratesFault?: boolean;
}

/** @throws BulkheadError when the policy file cannot be read or understood. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { driver, store, follow, toleratesFault = false } = options;
  const live = await openLivePolicy(store, driver.address, follow).catch((thrown: unknown) => {
    if (toleratesFault && thrown instanceof BulkheadError && thrown.code === 'POLICY_FILE') return withoutFile(thrown);
    throw thrown;
  });
  const guard = createGuard({ driver, policy: live.policy, follow });
  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  const stops = [
    driver.onTopology(notify),
    guard.onChange(notify),
    live.policy.subscribe(notify),
    live.fault.subscribe(notify),
  ];

  let evaluation: Evaluation | null = null;
  let evaluated: readonly Denial[] = [];
  /** From the one before: an event touches one endpoint, rarely more. */
  const matrix = (): Matrix => {
    const [topology, denials] = [driver.topology(), guard.denials()];
    if (evaluation?.scene.topology !== topology || evaluated !== denials) {
      evaluation = reevaluate(evaluation, topology, denials);
      evaluated = denials;
    }
    return evaluation.matrix;
  };

  const planOn = (policy: Policy, change: Change): Plan => {
    const topology = driver.topology();
    return planChange(policy, topology, asPolicyChange(change, topology));
  };

  const plan = (change: Change): Plan => planOn(live.policy.get(), change);

  const settle = (watched: Watched): Promise<void> =>
    guard.ensure(watched.signal, ({ step, detail }) => watched.onProgress?.(step, detail));

  const probe = async (pairs: readonly Pair[], watched: Watched): Promise<Tally> => {
    const report = watched.onProbe;
    const count = watched.onCount;
    return verifyPairs({
      driver,
      denials: () => guard.denials(),
      pairs,
      ...(watched.signal ? { signal: watched.signal } : {}),
      onProbe: (view) => report?.(view),
      onProgress: (done, total) => count?.(done, total),
      onWireProgress: ({ step, detail }) => watched.onProgress?.(step, detail),
    });
  };

  const unheldOf = (pairs: readonly Pair[]): number => {
    const up = new Set(driver.topology().endpoints.flatMap((one) => (isContainer(one) && isUp(one) ? [one.id] : [])));
    const held = new Set(guard.denials().flatMap(({ from, to, state }) => (state === 'held' ? [`${from} ${to}`] : [])));
    return pairs.filter(({ from, to }) => up.has(from) && up.has(to) && !held.has(`${from} ${to}`)).length;
  };

  return {
    driver,
    topology: () => driver.topology(),
    denials: () => guard.denials(),
    guardState: () => {
      const fault = live.fault.get();
      const state = guard.state();
      return fault ? { ...state, phase: 'failing', error: fault } : state;
    },
    matrix,
    explain: (from, to) => explain(driver.topology(), guard.denials(), from, to),
    plan,
    apply: async (change, watched) => {
      let planned = possible(plan(change));
      watched.signal?.throwIfAborted();
      watched.onProgress?.('policy-file', '');
      // Planned anew on what the file holds at that moment: somebody else may have changed it since.
      await live.update((policy) => {
        planned = possible(planOn(policy, change));
        return planned.policy;
      });
      try {
        await settle(watched);
        if (!CLOSING.has(change.action)) return await probe(planned.pairs, watched);
        const tally = await probe(planned.pairs, watched);
        if (unheldOf(planned.pairs) === 0) return tally;
        // A container restarted in between: its new namespace is made true, and looked at, once more.
        await settle(watched);
        return { ...(await probe(planned.pairs, watched)), unheld: unheldOf(planned.pairs) };
      } catch (thrown) {
        throw savedButNotInForce(thrown);
      }
    },
    verify: async (scope, watched) => {
      await driver.refresh();
      return probe(pairsOf(driver.topology(), scope), watched);
    },
    settle,
    observe: () => guard.observe(),
    discover: async (signal) => (await driver.discover?.(signal)) ?? { read: 0, unread: [] },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    clear: async () => {
      await live.update(() => EMPTY_POLICY);
      await guard.clear();
      await driver.clear();
    },
    close: async () => {
      for (const stop of stops) stop();
      listeners.clear();
      live.close();
      await guard.close();
      await driver.close();
    },
  };
}

/** Changes after which their pairs must be held. */
const CLOSING: ReadonlySet<Change['action']> = new Set(['block', 'isolate', 'guard']);

/** @throws BulkheadError `CANNOT_ENFORCE` with every reason, when nothing of the plan can be done. */
function possible(plan: Plan): Plan {
  if (plan.possible) return plan;
  throw new BulkheadError({
    code: 'CANNOT_ENFORCE',
    message: plan.obstacles.map(({ text }) => text).join(' '),
    hint: 'Nothing was changed.',
  });
}

/** The rule outlives the failure: whoever reads the error must know. */
function savedButNotInForce(thrown: unknown): unknown {
  if (!(thrown instanceof BulkheadError)) return thrown;
  const { code, message, hint } = thrown;
  return new BulkheadError(
    { code, message: `${message} Your rule is saved, but not applied yet.`, hint },
    { cause: thrown },
  );
}

/** In place of a policy file that cannot be understood: no rules, and nothing is written. */
function withoutFile(fault: BulkheadError): LivePolicy {
  const policy = createSignal<Policy>(EMPTY_POLICY);
  return {
    policy,
    fault: createSignal<ErrorShape | null>(toErrorShape(fault)),
    update: (edit) => Promise.resolve(edit(EMPTY_POLICY)),
    close: () => undefined,
  };
}

function asPolicyChange(change: Change, topology: Topology): PolicyChange {
  switch (change.action) {
    case 'block':
    case 'allow': {
      const { action, from, to, ports } = change;
      const sides = { from: asSelector(from, topology), to: asSelector(to, topology) };
      return { action, ...sides, ...(ports ? { ports } : {}) };
    }
    case 'isolate':
    case 'release': {
      const { action, name, only } = change;
      return { action, name: asSelector(name, topology), ...(only ? { only } : {}) };
    }
    case 'guard':
    case 'unguard':
      return change;
    default:
      return assertNever(change);
  }
}

/** A row clicked in the page comes as an id: its rule is written under the stable name of that endpoint. */
function asSelector(text: string, topology: Topology): string {
  const endpoint = topology.endpoints.find(({ id }) => id === text);
  return endpoint ? selectorFor(endpoint, topology) : resolveEndpoint.selector(text, topology);
}

/** The containers an endpoint stands for: itself, or the tasks that a Swarm service has on this node. */
function membersOf(endpoint: Endpoint, all: readonly ContainerEndpoint[]): readonly ContainerEndpoint[] {
  if (isService(endpoint)) return all.filter(({ labels }) => labels[SWARM_SERVICE_ID_LABEL] === endpoint.id);
  return isContainer(endpoint) ? [endpoint] : [];
}

/** Every ordered pair of containers inside `scope`. */
function pairsOf(topology: Topology, scope: { readonly from?: string; readonly to?: string }): Pair[] {
  const all = topology.endpoints.filter(isContainer);
  const side = (text: string | undefined): readonly ContainerEndpoint[] => {
    if (text === undefined) return all;
    const containers = resolveEndpoint.all(text, topology).flatMap((endpoint) => membersOf(endpoint, all));
    if (containers.length > 0) return containers;
    throw new BulkheadError({
      code: 'BAD_INPUT',
      message: `"${text}" names no container on this machine: host, lan, internet and tasks elsewhere cannot be probed.`,
      hint: 'Name containers, a project/service or a service with tasks here.',
    });
  };
  const sources = side(scope.from);
  const targets = side(scope.to);
  return sources.flatMap((from) =>
    targets.filter((to) => to.id !== from.id).map((to) => ({ from: from.id, to: to.id })),
  );
}
