/** Runs flows against the core.  They belong to a pair, not to a panel: closing the panel does not cut a block short. */
import type { Client } from '../../lib/client-context.tsx';
import { errorOf } from '../../lib/errors.ts';
import type { CellState } from '../../lib/frame.ts';
import { flowReducer, IDLE, isBusy, type Action, type Flow, type FlowEvent } from './flow.ts';
import { isFinished, shows, standOf, type Finished } from './settled.ts';

export interface PairIds {
  readonly from: string;
  readonly to: string;
}

export interface FlowRunner {
  flow(pair: PairIds): Flow;
  subscribe(listener: () => void): () => void;
  plan(pair: PairIds, action: Action): Promise<void>;
  /** Applies what the preview shows. */
  apply(pair: PairIds): Promise<void>;
  verify(pair: PairIds): Promise<void>;
  /** Stops what can be stopped without harm (a plan, a check) and forgets the rest of the flow. */
  dismiss(pair: PairIds): void;
  /**
   * The panel that showed `seen` last goes: a plan is only true while it is being looked at, and a result that was shown
   * is not news any more.  What runs goes on.
   */
  leave(pair: PairIds, seen: Flow): void;
  /** There is a new picture: results that it shows to be over are dropped.  `look` says null for a pair that is gone. */
  observe(look: (pair: PairIds) => CellState | null): void;
  close(): void;
}

export function createFlowRunner(client: Client): FlowRunner {
  const flows = new Map<string, Flow>();
  const running = new Map<string, AbortController>();
  const listeners = new Set<() => void>();
  /** How the cell of a finished flow stood when it first showed the result. */
  const stands = new Map<string, string>();
  let look: ((pair: PairIds) => CellState | null) | null = null;

  const read = (pair: PairIds): Flow => flows.get(key(pair)) ?? IDLE;
  const send = (pair: PairIds, event: FlowEvent): void => {
    const next = flowReducer(read(pair), event);
    if (next.phase === 'idle') flows.delete(key(pair));
    else flows.set(key(pair), next);
    if (isFinished(next)) settle(pair, next);
    else stands.delete(key(pair));
    for (const listener of listeners) listener();
  };

  /** Remembers how the cell stands once it shows the result; true when that is over. */
  const settle = (pair: PairIds, flow: Finished): boolean => {
    if (!look) return false;
    const cell = look(pair);
    if (!cell) return true;
    const before = stands.get(key(pair));
    if (before !== undefined) return before !== standOf(cell);
    if (shows(flow, cell)) stands.set(key(pair), standOf(cell));
    return false;
  };

  const run = async (pair: PairIds, start: FlowEvent, work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    const before = read(pair);
    send(pair, start);
    // Refused by the reducer: something runs already.
    if (read(pair) === before) return;
    const controller = new AbortController();
    running.set(key(pair), controller);
    try {
      await work(controller.signal);
    } catch (thrown) {
      if (!controller.signal.aborted) send(pair, { type: 'fail', error: errorOf(thrown) });
    } finally {
      if (running.get(key(pair)) === controller) running.delete(key(pair));
    }
  };

  const runner: FlowRunner = {
    flow: read,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    plan: (pair, action) =>
      run(pair, { type: 'plan', action }, async (signal) => {
        const plan = await client.policy.plan({ action, ...pair }, { signal });
        if (!signal.aborted) send(pair, { type: 'planned', plan });
      }),
    apply: async (pair) => {
      const flow = read(pair);
      if (flow.phase !== 'preview') return;
      const { action } = flow.plan;
      if (action !== 'block' && action !== 'allow') return;
      await run(pair, { type: 'apply', action }, async (signal) => {
        for await (const event of await client.policy.apply({ action, ...pair }, { signal })) {
          send(pair, { type: 'apply-event', event });
        }
        if (read(pair).phase === 'applying') throw new Error('The change ended without a result.');
      });
    },
    verify: (pair) =>
      run(pair, { type: 'verify' }, async (signal) => {
        for await (const event of await client.verify.run(pair, { signal })) {
          if (signal.aborted) return;
          send(pair, { type: 'verify-event', event });
        }
        if (read(pair).phase === 'verifying' && !signal.aborted) throw new Error('The check ended without a result.');
      }),
    dismiss: (pair) => {
      const flow = read(pair);
      if (flow.phase === 'applying') return;
      if (isBusy(flow)) running.get(key(pair))?.abort();
      send(pair, { type: 'dismiss' });
    },
    leave: (pair, seen) => {
      const flow = read(pair);
      const unapplied = flow.phase === 'planning' || flow.phase === 'preview';
      if (unapplied || (isFinished(flow) && flow === seen)) runner.dismiss(pair);
    },
    observe: (given) => {
      look = given;
      for (const [id, flow] of flows) {
        const pair = pairOf(id);
        if (isFinished(flow) && settle(pair, flow)) send(pair, { type: 'dismiss' });
      }
    },
    close: () => {
      for (const controller of running.values()) controller.abort();
      running.clear();
      listeners.clear();
    },
  };
  return runner;
}

/** A pair as a key of maps; ids are the engine's hex or a zone's name and hold no line break. */
function key({ from, to }: PairIds): string {
  return `${from}\n${to}`;
}

function pairOf(id: string): PairIds {
  const [from = '', to = ''] = id.split('\n');
  return { from, to };
}
