/** What can be got to from one endpoint, by the frame's verdicts. */
import { useMemo } from 'react';
import { pathTo, reachFrom } from '../../../../shared/diagram/reach.ts';
import type { Drawn } from '../../../../shared/diagram/layered.ts';
import { VERDICTS } from '../../../../shared/reachability/model.ts';
import type { Frame } from '../../lib/frame.ts';
import { isZone } from '../matrix/view.ts';

export interface FocusReach {
  /** Hops by node key; the focus itself has 0. */
  readonly hops: ReadonlyMap<string, number>;
  readonly count: number;
  readonly most: number;
  /** Keys of the nodes on the way to one, both ends in it, and whether its last step is by control. */
  readonly pathTo: (key: string) => { readonly keys: readonly string[]; readonly byControl: boolean };
}

/** @param focus key of a node; null: none */
export function useReach(frame: Frame, drawn: Drawn | null, focus: string | null): FocusReach | null {
  return useMemo(() => {
    const node = drawn?.nodes.find(({ key }) => key === focus);
    const start = node ? frame.indexById.get(node.id) : undefined;
    if (!drawn || start === undefined) return null;
    const size = frame.endpoints.length;
    const masters = new Set(drawn.nodes.filter(({ marks }) => marks.includes('engine')).map(({ id }) => id));
    const reach = reachFrom(start, {
      size,
      passes: (from, to) => {
        const verdict = VERDICTS[frame.verdicts[from * size + to] ?? 3];
        return verdict === 'open' || verdict === 'partial';
      },
      rules: (index) => masters.has(frame.endpoints[index]?.id ?? ''),
      isInside: (index) => {
        const endpoint = frame.endpoints[index];
        return endpoint !== undefined && !isZone(endpoint);
      },
    });
    const keyOf = new Map(drawn.nodes.map(({ id, key }) => [id, key]));
    const keyAt = (index: number): string | undefined => keyOf.get(frame.endpoints[index]?.id ?? '');
    const hops = new Map<string, number>();
    reach.hops.forEach((hop, index) => {
      const key = keyAt(index);
      if (hop >= 0 && key !== undefined) hops.set(key, hop);
    });
    return {
      hops,
      count: reach.hops.filter((hop) => hop > 0).length,
      most: Math.max(...reach.hops),
      pathTo: (key) => {
        const target = drawn.nodes.find((one) => one.key === key);
        const index = target ? frame.indexById.get(target.id) : undefined;
        const path = index === undefined ? [] : pathTo(reach, index);
        return {
          keys: path.flatMap((at) => keyAt(at) ?? []),
          byControl: index !== undefined && (reach.byControl[index] ?? false),
        };
      },
    };
  }, [frame, drawn, focus]);
}
