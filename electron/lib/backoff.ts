/** How long to wait before trying again, and the wait itself. */

export interface BackoffOptions {
  /** The wait after the first failure (ms). */
  readonly firstMs: number;
  /** No wait is longer (ms). */
  readonly capMs: number;
  /** 0–1; injected by tests. */
  readonly random?: () => number;
}

/**
 * Doubles from `firstMs` up to `capMs`, then takes between half and all of it at random, so that many clients of a
 * restarting engine do not come back in step.
 *
 * @param attempt failures so far, from 1.
 */
export function backoffMs(attempt: number, { firstMs, capMs, random = Math.random }: BackoffOptions): number {
  const full = Math.min(capMs, firstMs * 2 ** Math.max(0, attempt - 1));
  return Math.round(full / 2 + (full / 2) * random());
}

/** Resolves after `ms`, or at once when the signal aborts (never rejects: the caller looks at its signal). */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
