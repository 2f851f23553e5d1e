/** What can be got to from one endpoint, by the frame's verdicts, told of what is drawn. */
import { foldOf, type Folded } from '../../../../shared/diagram/collapse.ts';
import type { DiagramNode } from '../../../../shared/diagram/model.ts';
import { pathTo, reachFrom } from '../../../../shared/diagram/reach.ts';
import { VERDICTS } from '../../../../shared/reachability/model.ts';
import type { Frame } from '../../lib/frame.ts';
import { isZone } from '../matrix/view.ts';

type Endpoint = Frame['endpoints'][number];

export interface FocusReach {
  readonly focus: Endpoint;
  /** Hops by key of what is drawn; the focus itself has 0, what is folded as many as the nearest in it. */
  readonly hops: ReadonlyMap<string, number>;
  readonly count: number;
  readonly most: number;
  readonly pathTo: (key: string) => FocusPath;
}

export interface FocusPath {
  /** Everybody on the way, both ends too, whether drawn or not; none: out of reach. */
  readonly steps: readonly Endpoint[];
  /** Keys of where the way passes in the picture; `null` for a step that is not drawn. */
  readonly keys: readonly (string | null)[];
  /** Whether the last step is by control. */
  readonly byControl: boolean;
}

export const NO_PATH: FocusPath = { steps: [], keys: [], byControl: false };

interface Input {
  readonly frame: Frame;
  /** By id of an endpoint: the key of the node that it is, or that it is folded into. */
  readonly keys: ReadonlyMap<string, string>;
  /** Ids of those that rule the engine, drawn or not. */
  readonly masters: ReadonlySet<string>;
  /** Id of the endpoint to begin at. */
  readonly focus: string;
}

/** Where each endpoint of a diagram is drawn once some of it is folded, by id. */
export function keysById(
  nodes: readonly Pick<DiagramNode, 'id' | 'key' | 'kind' | 'project' | 'networks'>[],
  folded: Folded,
): ReadonlyMap<string, string> {
  return new Map(nodes.filter(({ id }) => id !== '').map((node) => [node.id, foldOf(node, folded) ?? node.key]));
}

/** Follows everybody of the frame, whatever is drawn of it; null where the focus has gone. */
export function focusReach({ frame, keys, masters, focus }: Input): FocusReach | null {
  const start = frame.indexById.get(focus);
  const first = start === undefined ? undefined : frame.endpoints[start];
  if (start === undefined || !first) return null;
  const size = frame.endpoints.length;
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
  const keyAt = (index: number): string | undefined => keys.get(frame.endpoints[index]?.id ?? '');
  /** The nearest that each key stands for. */
  const nearest = new Map<string, number>();
  reach.hops.forEach((hop, index) => {
    const key = keyAt(index);
    if (hop < 0 || key === undefined) return;
    const known = nearest.get(key);
    if (known === undefined || hop < (reach.hops[known] ?? 0)) nearest.set(key, index);
  });
  return {
    focus: first,
    hops: new Map([...nearest].map(([key, index]) => [key, reach.hops[index] ?? 0])),
    count: reach.hops.filter((hop) => hop > 0).length,
    most: Math.max(...reach.hops),
    pathTo: (key) => {
      const target = nearest.get(key);
      if (target === undefined) return NO_PATH;
      const path = pathTo(reach, target);
      return {
        steps: path.flatMap((index) => frame.endpoints[index] ?? []),
        keys: path.map((index) => keyAt(index) ?? null),
        byControl: reach.byControl[target] ?? false,
      };
    },
  };
}
