/** Says when something of certain kinds changes on the engine, for as long as somebody listens. */
import type { IncomingMessage } from 'node:http';
import { backoffMs, pause } from '../../lib/backoff.ts';
import { objectOf, textOf } from '../inventory/json.ts';
import { createJsonReader } from '../inventory/lines.ts';
import type { Api } from './ask.ts';

const BACKOFF = { firstMs: 250, capMs: 5000 };

export interface EventFilter {
  readonly types: readonly string[];
  /** Absent: whatever happens to things of these types. */
  readonly actions?: ReadonlySet<string>;
}

/**
 * Calls back after each such event, and once after the engine was away, because what happened meanwhile is not told.
 *
 * @returns the way to stop
 */
export function watchEvents(api: Api, { types, actions }: EventFilter, onEvent: () => void): () => void {
  const life = new AbortController();
  const { signal } = life;
  const run = async (): Promise<void> => {
    for (let failures = 0; !signal.aborted;) {
      try {
        const events = await api().stream('/events', { query: { filters: { type: types } }, signal });
        if (failures > 0) onEvent();
        failures = 0;
        await read(events, (event) => {
          const root = objectOf(event);
          const action = textOf(root['Action']) || textOf(root['status']);
          if (!signal.aborted && (actions?.has(action.split(':')[0] ?? '') ?? true)) onEvent();
        });
      } catch {
        // The engine is away: the driver tells so, and comes back by itself.
      }
      failures += 1;
      await pause(backoffMs(failures, BACKOFF), signal);
    }
  };
  void run();
  return () => life.abort();
}

function read(events: IncomingMessage, onEvent: (event: unknown) => void): Promise<void> {
  events.setEncoding('utf8');
  events.on('data', createJsonReader(onEvent));
  return new Promise((resolve) => {
    events.on('error', () => resolve());
    events.once('close', resolve);
  });
}
