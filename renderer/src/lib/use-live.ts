/** What one screen alone shows of the core: read while it is open. */
import { useEffect, useState } from 'react';
import type { ErrorShape } from '../../../shared/errors.ts';
import { useClient, type Client } from './client-context.tsx';
import { errorOf } from './errors.ts';
import { shareUnchanged } from './share.ts';
import { follow } from './streams.ts';

export interface Live<Row> {
  /** Null before the first word. */
  readonly rows: readonly Row[] | null;
  /** Why nothing new comes, while that is so. */
  readonly error: ErrorShape | null;
}

/** Follows a list; rows that have not changed stay the same objects. @param open, idOf must not change */
export function useLiveRows<Row>(
  open: (client: Client, signal: AbortSignal) => Promise<AsyncIterable<Row[]>>,
  idOf: (row: Row) => string,
): Live<Row> {
  const client = useClient();
  const [live, setLive] = useState<Live<Row>>({ rows: null, error: null });
  useEffect(
    () =>
      follow<Row[]>({
        open: (signal) => open(client, signal),
        onValue: (rows) => setLive((before) => ({ rows: shareUnchanged(before.rows, rows, idOf), error: null })),
        onDown: (error) => setLive(({ rows }) => ({ rows, error })),
      }),
    [client, open, idOf],
  );
  return live;
}

/** Follows one thing; the last that was told, null before. @param open must not change */
export function useLiveValue<T>(open: (client: Client, signal: AbortSignal) => Promise<AsyncIterable<T>>): {
  readonly value: T | null;
  readonly error: ErrorShape | null;
} {
  const client = useClient();
  const [live, setLive] = useState<{ readonly value: T | null; readonly error: ErrorShape | null }>({
    value: null,
    error: null,
  });
  useEffect(
    () =>
      follow<T>({
        open: (signal) => open(client, signal),
        onValue: (value) => setLive({ value, error: null }),
        onDown: (error) => setLive(({ value }) => ({ value, error })),
      }),
    [client, open],
  );
  return live;
}

export interface Reading<T> {
  /** The last that was read; null before. */
  readonly value: T | null;
  /** Of the last try. */
  readonly error: ErrorShape | null;
  readonly isReading: boolean;
}

/** Changes come in bursts (ms). */
const SETTLE_MS = 300;

/** Reads once, and again whenever `key` changes; null: not now. @param read must not change by itself */
export function useReading<T>(
  read: (client: Client, signal: AbortSignal) => Promise<T>,
  key: string | null,
): Reading<T> {
  const client = useClient();
  const [reading, setReading] = useState<Reading<T>>({ value: null, error: null, isReading: true });
  useEffect(() => {
    if (key === null) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    const look = async (): Promise<void> => {
      setReading(({ value, error }) => ({ value, error, isReading: true }));
      try {
        const value = await read(client, signal);
        if (!signal.aborted) setReading({ value, error: null, isReading: false });
      } catch (thrown) {
        if (!signal.aborted) setReading(({ value }) => ({ value, error: errorOf(thrown), isReading: false }));
      }
    };
    const timer = setTimeout(() => void look(), SETTLE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [client, read, key]);
  return reading;
}
