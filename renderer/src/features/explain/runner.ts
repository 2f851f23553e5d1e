/** Runs flows against the core.  They belong to a pair, not to a panel: closing the panel does not cut a block short. */
import type { Client } from '../../lib/client-context.tsx';
import { errorOf } from '../../lib/errors.ts';
import { flowReducer, IDLE, isBusy, type Action, type Flow, type FlowEvent } from './flow.ts';

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
  close(): void;
}

export function createFlowRunner(client: Client): FlowRunner {
  const flows = new Map<string, Flow>();
  const running = new Map<string, AbortController>();
  const listeners = new Set<() => void>();
  const key = ({ from, to }: PairIds): string => `${from}\n${to}`;

  const read = (pair: PairIds): Flow => flows.get(key(pair)) ?? IDLE;
  const send = (pair: PairIds, event: FlowEvent): void => {
    const next = flowReducer(read(pair), event);
    if (next.phase === 'idle') flows.delete(key(pair));
    else flows.set(key(pair), next);
    for (const listener of listeners) listener();
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

  return {
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
    close: () => {
      for (const controller of running.values()) controller.abort();
      running.clear();
      listeners.clear();
    },
  };
}
