/**
 * One connected engine with everything Bulkhead does on it: policy, guard, prediction, verification.
 *
 * The app opens one per engine it is connected to; a command of the CLI opens one for its own length.
 */
import type { Change, GuardState, ProbeView } from '../../shared/contract/schemas.ts';
import { BulkheadError } from '../../shared/errors.ts';
import { planChange, selectorFor } from '../../shared/policy/index.ts';
import type { Plan } from '../../shared/policy/model.ts';
import { evaluate, explain } from '../../shared/reachability/index.ts';
import type { Cell, Denial, Matrix } from '../../shared/reachability/model.ts';
import { isContainer, type ContainerEndpoint, type Topology } from '../../shared/topology/model.ts';
import type { EngineDriver } from '../engine/driver.ts';
import { createGuard, verifyPairs } from '../guard/index.ts';
import type { PolicyStore } from '../store/policy-store.ts';
import { openLivePolicy } from './live-policy.ts';
import { resolveEndpoint } from './names.ts';

export interface Tally {
  readonly agree: number;
  readonly disagree: number;
  readonly errors: number;
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
}

/** @throws BulkheadError when the policy file cannot be read or understood. */
export async function openSession({ driver, store, follow }: SessionOptions): Promise<Session> {
  const live = await openLivePolicy(store, driver.address, follow);
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

  const plan = (change: Change): Plan => {
    const topology = driver.topology();
    return planChange(live.policy.get(), topology, {
      action: change.action,
      from: asSelector(change.from, topology),
      to: asSelector(change.to, topology),
    });
  };

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

  return {
    driver,
    topology: () => driver.topology(),
    denials: () => guard.denials(),
    guardState: () => {
      const fault = live.fault.get();
      const state = guard.state();
      return fault ? { ...state, phase: 'failing', error: fault } : state;
    },
    matrix: () => evaluate(driver.topology(), guard.denials()),
    explain: (from, to) => explain(driver.topology(), guard.denials(), from, to),
    plan,
    apply: async (change, watched) => {
      const planned = plan(change);
      if (!planned.possible) {
        throw new BulkheadError({
          code: 'CANNOT_ENFORCE',
          message: planned.obstacles.map(({ text }) => text).join(' '),
          hint: 'Nothing was changed.',
        });
      }
      watched.signal?.throwIfAborted();
      watched.onProgress?.('policy-file', '');
      await live.save(planned.policy);
      await settle(watched);
      return probe(planned.pairs, watched);
    },
    verify: async (scope, watched) => {
      await driver.refresh();
      return probe(pairsOf(driver.topology(), scope), watched);
    },
    settle,
    observe: () => guard.observe(),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    clear: async () => {
      await live.save({ ...live.policy.get(), rules: [] });
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

/** A row clicked in the page comes as an id: its rule is written under the stable name of that endpoint. */
function asSelector(text: string, topology: Topology): string {
  const endpoint = topology.endpoints.find(({ id }) => id === text);
  return endpoint ? selectorFor(endpoint, topology) : resolveEndpoint.selector(text, topology);
}

/** Every ordered pair of containers inside `scope`. */
function pairsOf(topology: Topology, scope: { readonly from?: string; readonly to?: string }): Pair[] {
  const all = topology.endpoints.filter(isContainer);
  const side = (text: string | undefined): readonly ContainerEndpoint[] =>
    text === undefined ? all : resolveEndpoint.all(text, topology).filter(isContainer);
  const sources = side(scope.from);
  const targets = side(scope.to);
  return sources.flatMap((from) =>
    targets.filter((to) => to.id !== from.id).map((to) => ({ from: from.id, to: to.id })),
  );
}
