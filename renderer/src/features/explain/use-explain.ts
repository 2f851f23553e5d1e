import { useEffect, useState } from 'react';
import type { CellView } from '../../../../shared/contract/schemas.ts';
import type { ErrorShape } from '../../../../shared/errors.ts';
import { useClient } from '../../lib/client-context.tsx';
import { errorOf } from '../../lib/errors.ts';
import { useApp } from '../../lib/store.ts';

export interface Explained {
  readonly cell: CellView | null;
  readonly error: ErrorShape | null;
}

/**
 * Asks for a cell again at every new revision, and when a lost core is back: the revision may be the same, but what the
 * loss made of the last question is not an answer.  The last answer stays until the next one is there.
 */
export function useExplain(from: string | null, to: string | null, revision: number): Explained {
  const client = useClient();
  const lost = useApp(({ link }) => link === 'down');
  const [explained, setExplained] = useState<Explained>({ cell: null, error: null });
  useEffect(() => {
    if (from === null || to === null || lost) return;
    const controller = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const cell = await client.matrix.explain({ from, to }, { signal: controller.signal });
        if (!controller.signal.aborted) setExplained({ cell, error: null });
      } catch (thrown) {
        if (!controller.signal.aborted) setExplained(({ cell }) => ({ cell, error: errorOf(thrown) }));
      }
    };
    void ask();
    return () => controller.abort();
  }, [client, from, to, revision, lost]);
  return explained;
}
