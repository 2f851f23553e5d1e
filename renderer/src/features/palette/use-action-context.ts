import { useCallback } from 'react';
import type { ActionContext } from '../../../../shared/actions/registry.ts';
import { shownPhase, useAppStore, type AppState } from '../../lib/store.ts';

/** What actions go by, as the page knows it now. */
export function actionContext(state: AppState): ActionContext {
  const { engine, frame, history } = state;
  return {
    phase: shownPhase(state),
    isDemo: engine !== null && 'engine' in engine && engine.engine.kind === 'demo',
    standing: frame?.standing ?? null,
    limits: frame?.limits ?? [],
    isPaused: frame?.guard.pause !== undefined,
    hasUndo: (history ?? []).some(({ undoable, change }) => undoable && change.action !== 'undo'),
  };
}

/** Asked at the moment of the key press, so that nothing is drawn again because it changes. */
export function useActionContext(): () => ActionContext {
  const store = useAppStore();
  return useCallback(() => actionContext(store.getState()), [store]);
}
