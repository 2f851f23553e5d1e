import { useCallback, useEffect, useState } from 'react';
import type { ErrorShape } from '../../../../../shared/errors.ts';
import { errorOf } from '../../../lib/errors.ts';

export interface Fetched<T> {
  /** The last that was told; stays while it is asked again. */
  readonly value: T | null;
  /** Why it was not told the last time. */
  readonly error: ErrorShape | null;
  readonly retry: () => void;
}

/**
 * Asks at once, again whenever `ask` is another function, and every `everyMs` after an answer.
 *
 * @param ask must stay the same between two draws that mean the same
 */
export function useFetched<T>(ask: (signal: AbortSignal) => Promise<T>, everyMs: number | null = null): Fetched<T> {
  const [state, setState] = useState<{ readonly value: T | null; readonly error: ErrorShape | null }>({
    value: null,
    error: null,
  });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async (): Promise<void> => {
      try {
        const value = await ask(signal);
        if (!signal.aborted) setState({ value, error: null });
      } catch (thrown) {
        if (!signal.aborted) setState(({ value }) => ({ value, error: errorOf(thrown) }));
      }
      if (everyMs !== null && !signal.aborted) timer = setTimeout(() => void run(), everyMs);
    };
    void run();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [ask, everyMs, attempt]);
  const retry = useCallback(() => setAttempt((before) => before + 1), []);
  return { ...state, retry };
}
