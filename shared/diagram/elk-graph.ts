/** A graph as ELK takes it and gives it back, and how ours are laid out. */
import type { Point } from './geometry.ts';

/** What we use of ELK's JSON (eclipse.dev/elk/documentation). */
export interface ElkGraph {
  readonly id: string;
  readonly layoutOptions?: Readonly<Record<string, string>>;
  readonly children: ElkBox[];
  readonly edges: ElkEdge[];
  readonly width?: number;
  readonly height?: number;
}

export interface ElkBox {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly x?: number;
  readonly y?: number;
  readonly layoutOptions?: Readonly<Record<string, string>>;
  readonly ports: {
    id: string;
    x: number;
    y: number;
    width: number;
    height: number;
    layoutOptions: Record<string, string>;
  }[];
}

export interface ElkEdge {
  readonly id: string;
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly layoutOptions?: Readonly<Record<string, string>>;
  readonly labels?: readonly {
    readonly layoutOptions?: Readonly<Record<string, string>>;
    readonly text: string;
    readonly width: number;
    readonly height: number;
    readonly x?: number;
    readonly y?: number;
  }[];
  readonly sections?: readonly {
    readonly startPoint: Point;
    readonly endPoint: Point;
    readonly bendPoints?: readonly Point[];
  }[];
}

export type RunElk = (graph: ElkGraph) => Promise<ElkGraph>;

export const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.randomSeed': '1',
  'elk.aspectRatio': '1.7',
  'elk.separateConnectedComponents': 'true',
  'elk.spacing.componentComponent': '44',
  'elk.spacing.nodeNode': '34',
  'elk.spacing.edgeEdge': '12',
  'elk.spacing.edgeNode': '20',
  'elk.spacing.edgeLabel': '4',
  'elk.edgeLabels.inline': 'true',
  'elk.layered.spacing.nodeNodeBetweenLayers': '54',
  'elk.layered.spacing.edgeNodeBetweenLayers': '22',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '12',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.thoroughness': '3',
  'elk.padding': '[top=0,left=0,bottom=0,right=0]',
};

/** Layers, their order and the heights in them as the boxes have them already. */
export const AS_BEFORE = {
  'elk.layered.cycleBreaking.strategy': 'INTERACTIVE',
  'elk.layered.layering.strategy': 'INTERACTIVE',
  'elk.layered.crossingMinimization.strategy': 'INTERACTIVE',
  'elk.layered.nodePlacement.strategy': 'INTERACTIVE',
};

/** Straighter lines cost more than they are worth where there are many. */
export const QUICK = { 'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF' };
export const MANY_BOXES = 60;

/** One whose lines end where we say. */
export function box(id: string, width: number, height: number, options: Record<string, string> = {}): ElkBox {
  return { id, width, height, ports: [], layoutOptions: { 'elk.portConstraints': 'FIXED_POS', ...options } };
}

/** Where a line runs, from end to end; nothing where it was not routed. */
export function pointsOf(edge: ElkEdge | undefined): readonly Point[] {
  return (edge?.sections ?? []).flatMap(({ startPoint, bendPoints = [], endPoint }) => [
    startPoint,
    ...bendPoints,
    endPoint,
  ]);
}
