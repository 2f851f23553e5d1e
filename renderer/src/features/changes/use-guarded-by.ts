import { useCallback } from 'react';
import { useApp } from '../../lib/store.ts';
import { guardedBy } from '../../../../shared/actions/standing.ts';

type GuardedBy = (network: Parameters<typeof guardedBy>[0]) => ReturnType<typeof guardedBy>;

/** By which name of the policy a network is guarded now. */
export function useGuardedBy(): GuardedBy {
  const standing = useApp(({ frame }) => frame?.standing ?? null);
  return useCallback((network) => (standing ? guardedBy(network, standing) : null), [standing]);
}
