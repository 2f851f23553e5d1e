/** Waiting that can be given up. */
import { BulkheadError } from '../../shared/errors.ts';

/** The work goes on by itself; only the wait for it ends. @throws BulkheadError `CANCELLED`. */
export function unlessAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(cancelled());
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

export function cancelled(): BulkheadError {
  return new BulkheadError({ code: 'CANCELLED', message: 'Cancelled.', hint: '' });
}
