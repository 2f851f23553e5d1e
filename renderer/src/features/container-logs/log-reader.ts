/** Reads the logs of containers into a buffer, and says when there is something new to draw. */
import type { LogsEvent, LogState } from '../../../../shared/contract/logs.ts';
import type { ErrorShape } from '../../../../shared/errors.ts';
import { unpackLines } from '../../../../shared/logs/packed.ts';
import type { Client } from '../../lib/client-context.tsx';
import { errorOf } from '../../lib/errors.ts';
import { LogBuffer, type LogFilter } from './log-buffer.ts';

/** A page draws new lines so often (ms), what was written before less often, and looks at lines for so long at once. */
const DRAW_MS = 80;
const DRAW_READING_MS = 300;
const SLICE_MS = 8;

export interface SourceState {
  readonly state: LogState;
  readonly error: ErrorShape | null;
}

export interface LogRequest {
  /** Ids; their order gives the lines' `source`. */
  readonly containers: readonly string[];
  readonly tail: number;
  /** As the contract takes it; `''`: everything. */
  readonly since: string;
}

export interface LogReader {
  readonly buffer: LogBuffer;
  states(): readonly SourceState[];
  /** Lines that the core left out because this page did not keep up. */
  dropped(): number;
  /** Of the whole stream: the connection was lost, the engine cannot be asked. */
  error(): ErrorShape | null;
  /** Grows with everything that changes. */
  version(): number;
  subscribe(listener: () => void): () => void;
  setFilter(filter: LogFilter): void;
  clear(): void;
  /** Reads on from where it was; returns the way to stop. */
  follow(client: Client): () => void;
}

export function createLogReader({ containers, tail, since }: LogRequest): LogReader {
  const buffer = new LogBuffer();
  const listeners = new Set<() => void>();
  let states: readonly SourceState[] = containers.map(() => ({ state: 'reading', error: null }));
  let error: ErrorShape | null = null;
  let dropped = 0;
  let version = 0;
  /** Of each container, the time of its newest line. */
  const newest = containers.map(() => '');
  let drawing: ReturnType<typeof setTimeout> | undefined;

  const tell = (): void => {
    version += 1;
    for (const listener of [...listeners]) listener();
  };
  let drawnAt = -Infinity;
  const look = (): void => {
    const until = performance.now() + SLICE_MS;
    const isDone = buffer.work(() => performance.now() > until);
    drawing = isDone ? undefined : setTimeout(look, 0);
    // Drawing costs more than looking at a slice: what is not all looked at is drawn only now and then.
    if (!isDone && performance.now() - drawnAt < DRAW_READING_MS) return;
    drawnAt = performance.now();
    tell();
  };
  const changed = (): void => {
    const ms = states.some(({ state }) => state === 'reading') ? DRAW_READING_MS : DRAW_MS;
    // The first lines are seen at once.
    drawing ??= setTimeout(look, drawnAt === -Infinity ? 0 : ms);
  };

  /** Does not wait for the next time. */
  const soon = (): void => {
    clearTimeout(drawing);
    drawing = setTimeout(look, 0);
  };

  const take = (event: LogsEvent, from: readonly string[]): void => {
    if (event.kind === 'state') {
      states = states.map((one, at) => (at === event.source ? { state: event.state, error: event.error } : one));
      soon();
      return;
    }
    dropped += event.dropped;
    const cut = new Set(event.cut);
    unpackLines(event.packed, ({ source, stream, time, text }, at) => {
      // When it is read on, the engine begins with what was read last.
      if (time <= (from[source] ?? '')) return;
      newest[source] = time;
      buffer.push({ source, time, stream, text, isCut: cut.has(at) });
    });
  };

  return {
    buffer,
    states: () => states,
    dropped: () => dropped,
    error: () => error,
    version: () => version,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setFilter: (filter) => {
      buffer.setFilter(filter);
      soon();
    },
    clear: () => {
      buffer.clear();
      dropped = 0;
      tell();
    },
    follow: (client) => {
      const leaving = new AbortController();
      const { signal } = leaving;
      const from = [...newest];
      const oldest = from.some((time) => time === '') ? since : from.reduce((a, b) => (a < b ? a : b));
      const read = async (): Promise<void> => {
        try {
          error = null;
          const input = {
            containers: [...containers],
            tail,
            follow: true,
            ...(oldest === '' ? {} : { since: oldest }),
          };
          for await (const event of await client.logs.read(input, { signal })) {
            if (signal.aborted) return;
            take(event, from);
            changed();
          }
        } catch (thrown) {
          if (!signal.aborted) error = errorOf(thrown);
        }
        changed();
      };
      void read();
      return () => {
        leaving.abort();
        clearTimeout(drawing);
        drawing = undefined;
      };
    },
  };
}
