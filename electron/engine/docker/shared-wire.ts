/** One wire for everybody who asks, opened when first wanted and forgotten when it is lost. */
import type { Wire, WireOptions } from '../driver.ts';

export interface SharedWire {
  get(options: WireOptions): Promise<Wire>;
  /** Ends the present wire, and one that is being opened. */
  close(options?: { readonly stopHelper?: boolean }): Promise<void>;
}

interface Opening {
  readonly wire: Promise<Wire>;
  readonly abort: AbortController;
}

export function shareWire(open: (options: WireOptions) => Promise<Wire>): SharedWire {
  let present: Opening | null = null;

  const start = (options: WireOptions): Opening => {
    const abort = new AbortController();
    const stop = (): void => abort.abort();
    if (options.signal?.aborted) stop();
    options.signal?.addEventListener('abort', stop, { once: true });
    const opening: Opening = {
      abort,
      wire: open({ ...options, signal: abort.signal }).finally(() =>
        options.signal?.removeEventListener('abort', stop),
      ),
    };
    const forget = (): void => {
      if (present === opening) present = null;
    };
    opening.wire.then((wire) => wire.closed.then(forget), forget);
    return opening;
  };

  return {
    get: async (options) => {
      for (;;) {
        const mine = present === null;
        const opening = (present ??= start(options));
        try {
          return await opening.wire;
        } catch (thrown) {
          if (present === opening) present = null;
          // Whoever opened it may have been cancelled; that is no answer for somebody else, who tries himself.
          if (mine || options.signal?.aborted) throw thrown;
        }
      }
    },
    close: async (options) => {
      const opening = present;
      present = null;
      opening?.abort.abort();
      const wire = await opening?.wire.catch(() => null);
      await wire?.close(options);
    },
  };
}
