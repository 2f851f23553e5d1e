/**
 * Runs flows against the core.  They belong to a subject, not to a panel: closing the panel does not cut a block short.
 */
import type { Change } from '../../../../shared/contract/schemas.ts';
import type { Client } from '../../lib/client-context.tsx';
import { errorOf } from '../../lib/errors.ts';
import type { CellState } from '../../lib/frame.ts';
import { flowReducer, IDLE, isBusy, type Flow, type FlowEvent } from './flow.ts';
import { isFinished, shows, standOf, type Finished } from './settled.ts';

export interface PairIds {
  readonly from: string;
  readonly to: string;
}

/** What a change is about: a pair of endpoints, one name (isolation, posture), or an entry of the history (undo). */
export type Subject = PairIds | { readonly name: string } | { readonly entry: string };

export interface FlowRunner {
  flow(subject: Subject): Flow;
  subscribe(listener: () => void): () => void;
  plan(subject: Subject, change: Change): Promise<void>;
  /** Applies what the preview shows. */
  apply(subject: Subject): Promise<void>;
  verify(pair: PairIds): Promise<void>;
  /** Stops what can be stopped without harm (a plan, a check) and forgets the rest of the flow. */
  dismiss(subject: Subject): void;
  /**
   * The panel that showed `seen` last goes: a plan is only true while it is being looked at, and a result that was shown
   * is not news any more.  What runs goes on.
   */
  leave(subject: Subject, seen: Flow): void;
  /** There is a new picture: results of pairs that it shows to be over are dropped.  `look` says null for a pair that is gone. */
  observe(look: (pair: PairIds) => CellState | null): void;
  close(): void;
}

export function createFlowRunner(client: Client): FlowRunner {
  const flows = new Map<string, { readonly subject: Subject; readonly flow: Flow }>();
  const running = new Map<string, AbortController>();
  const listeners = new Set<() => void>();
  /** How the cell of a finished flow stood when it first showed the result. */
  const stands = new Map<string, string>();
  let look: ((pair: PairIds) => CellState | null) | null = null;

  const read = (subject: Subject): Flow => flows.get(key(subject))?.flow ?? IDLE;
  const send = (subject: Subject, event: FlowEvent): void => {
    const next = flowReducer(read(subject), event);
    if (next.phase === 'idle') flows.delete(key(subject));
    else flows.set(key(subject), { subject, flow: next });
    if (isFinished(next)) settle(subject, next);
    else stands.delete(key(subject));
    for (const listener of listeners) listener();
  };

  /** Remembers how the cell stands once it shows the result; true when that is over. */
  const settle = (subject: Subject, flow: Finished): boolean => {
    // What is about no one cell stays until it was read.
    if (!look || !('from' in subject)) return false;
    const cell = look(subject);
    if (!cell) return true;
    const before = stands.get(key(subject));
    if (before !== undefined) return before !== standOf(cell);
    if (shows(flow, cell)) stands.set(key(subject), standOf(cell));
    return false;
  };

  const run = async (
    subject: Subject,
    start: FlowEvent,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> => {
    const before = read(subject);
    send(subject, start);
    // Refused by the reducer: something runs already.
    if (read(subject) === before) return;
    const controller = new AbortController();
    running.set(key(subject), controller);
    try {
      await work(controller.signal);
    } catch (thrown) {
      if (!controller.signal.aborted) send(subject, { type: 'fail', error: errorOf(thrown) });
    } finally {
      if (running.get(key(subject)) === controller) running.delete(key(subject));
    }
  };

  const runner: FlowRunner = {
    flow: read,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    plan: (subject, change) =>
      run(subject, { type: 'plan', change }, async (signal) => {
        const plan = await client.policy.plan(change, { signal });
        if (!signal.aborted) send(subject, { type: 'planned', plan });
      }),
    apply: async (subject) => {
      const flow = read(subject);
      if (flow.phase !== 'preview') return;
      const { change } = flow;
      await run(subject, { type: 'apply' }, async (signal) => {
        for await (const event of await client.policy.apply(change, { signal })) {
          send(subject, { type: 'apply-event', event });
        }
        if (read(subject).phase === 'applying') throw new Error('The change ended without a result.');
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
    dismiss: (subject) => {
      const flow = read(subject);
      if (flow.phase === 'applying') return;
      if (isBusy(flow)) running.get(key(subject))?.abort();
      send(subject, { type: 'dismiss' });
    },
    leave: (subject, seen) => {
      const flow = read(subject);
      const unapplied = flow.phase === 'planning' || flow.phase === 'preview';
      if (unapplied || (isFinished(flow) && flow === seen)) runner.dismiss(subject);
    },
    observe: (given) => {
      look = given;
      for (const { subject, flow } of [...flows.values()]) {
        if (isFinished(flow) && settle(subject, flow)) send(subject, { type: 'dismiss' });
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

/** A subject as a key of maps. */
function key(subject: Subject): string {
  if ('from' in subject) return JSON.stringify([subject.from, subject.to]);
  return JSON.stringify(subject);
}
