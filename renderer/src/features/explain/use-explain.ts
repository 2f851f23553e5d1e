import { useEffect, useState } from 'react';
import type { CellView } from '../../../../shared/contract/schemas.ts';
import type { ErrorShape } from '../../../../shared/errors.ts';
import { useClient } from '../../lib/client-context.tsx';
import { errorOf } from '../../lib/errors.ts';

export interface Explained {
  readonly cell: CellView | null;
  readonly error: ErrorShape | null;
}

/** Asks for a cell again at every new revision; the last answer stays until the next one is there. */
export function useExplain(from: string | null, to: string | null, revision: number): Explained {
  const client = useClient();
  const [explained, setExplained] = useState<Explained>({ cell: null, error: null });
  useEffect(() => {
    if (from === null || to === null) return;
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
  }, [client, from, to, revision]);
  return explained;
}
