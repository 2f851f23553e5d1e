/** What can be got to from the node in focus, followed over everybody whether drawn or not. */
import { useMemo } from 'react';
import type { DiagramView } from '../../../../shared/contract/diagram.ts';
import type { Folded } from '../../../../shared/diagram/collapse.ts';
import type { Frame } from '../../lib/frame.ts';
import { focusReach, keysById, type FocusReach } from './focus-reach.ts';

/** @param focus key of a node as it is before anything is folded; null: none */
export function useReach(
  frame: Frame,
  view: DiagramView | null,
  { focus, folded }: { readonly focus: string | null; readonly folded: Folded },
): FocusReach | null {
  return useMemo(() => {
    const node = view?.nodes.find(({ key }) => key === focus);
    if (!view || !node) return null;
    return focusReach({ frame, keys: keysById(view.nodes, folded), masters: new Set(view.masters), focus: node.id });
  }, [frame, view, focus, folded]);
}
