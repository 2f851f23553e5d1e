import { useCallback } from 'react';
import type { Change } from '../../../../shared/contract/schemas.ts';
import { useAppStore } from '../../lib/store.ts';
import type { Subject } from '../explain/runner.ts';
import { useFlowRunner } from '../explain/use-flow.ts';

/** What the question is about that takes everything of ours off the engine. */
export const CLEARING = { name: 'engine:clear' } as const;

/** Plans a change and opens the dialog that shows the plan; `about` is its title. */
export type Ask = (subject: Subject, change: Change, about: string) => void;

export function useAsk(): Ask {
  const runner = useFlowRunner();
  const store = useAppStore();
  return useCallback(
    (subject, change, about) => {
      // A subject whose last change still runs shows that instead.
      void runner.plan(subject, change);
      store.setState({ asked: { subject, about } });
    },
    [runner, store],
  );
}
