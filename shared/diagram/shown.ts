/** A diagram as somebody has chosen to see it: fewer kinds of lines, projects and networks folded, what one endpoint gets to. */
import { VERDICTS, type Layer, type Matrix } from '../reachability/model.ts';
import { collapse, type Folded } from './collapse.ts';
import type { TableChoice } from './matrix-table.ts';
import { isZoneKind, type Diagram, type DiagramNode } from './model.ts';
import { reachFrom } from './reach.ts';

export const LAYERS = ['network', 'name', 'data', 'control'] as const satisfies readonly Layer[];

/** How a picture shows what its scope has; absent: all of it, nothing folded, nobody in focus. */
export interface Shown {
  readonly layers?: readonly Layer[];
  readonly folded?: Folded;
  /** Id of the endpoint whose reach is shown. */
  readonly focus?: string;
  /** Of the matrix. */
  readonly table?: TableChoice;
}

type Drawn = Pick<Diagram, 'nodes' | 'compartments' | 'edges'>;

export function shownDiagram(diagram: Diagram, matrix: Matrix, { layers, folded, focus }: Shown): Diagram {
  const layered = layers === undefined ? diagram : withLayers(diagram, new Set(layers));
  const focused = focus === undefined ? layered : withReach(layered, matrix, focus);
  return folded === undefined ? focused : collapse(focused, folded, passingIn(matrix));
}

/** Whether something passes from one endpoint to another, by id. */
function passingIn({ ids, size, verdicts }: Matrix): (from: string, to: string) => boolean {
  const index = new Map(ids.map((id, at) => [id, at]));
  return (from, to) => {
    const [row, column] = [index.get(from), index.get(to)];
    if (row === undefined || column === undefined) return false;
    const verdict = VERDICTS[verdicts[row * size + column] ?? 3];
    return verdict === 'open' || verdict === 'partial';
  };
}

/** Only lines of some layers, without places outside and files to which nothing leads any more. */
export function withLayers<Of extends Drawn>(diagram: Of, layers: ReadonlySet<Layer>): Of {
  const edges = diagram.edges.filter(({ kind }) => layers.has(kind));
  const touched = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const isLoose = ({ key, kind }: DiagramNode): boolean => (kind === 'volume' || isZoneKind(kind)) && !touched.has(key);
  const nodes = diagram.nodes.filter((node) => !isLoose(node));
  // Lines that are left out for being too many are of the network.
  const rest = 'omitted' in diagram && !layers.has('network') ? without(diagram, 'omitted') : diagram;
  return { ...rest, edges, nodes };
}

function without<Of extends object>(one: Of, key: string): Of {
  return Object.fromEntries(Object.entries(one).filter(([name]) => name !== key)) as Of;
}

/** Follows everybody of the matrix, whether drawn or not. */
function withReach(diagram: Diagram, matrix: Matrix, focus: string): Diagram {
  const start = matrix.ids.indexOf(focus);
  const name = diagram.endpoints.find(({ id }) => id === focus)?.name;
  if (start === -1 || name === undefined) return diagram;
  const masters = new Set(diagram.masters);
  const kinds = new Map(diagram.endpoints.map(({ id, kind }) => [id, kind]));
  const reach = reachFrom(start, {
    size: matrix.size,
    passes: (from, to) => {
      const verdict = VERDICTS[matrix.verdicts[from * matrix.size + to] ?? 3];
      return verdict === 'open' || verdict === 'partial';
    },
    rules: (at) => masters.has(matrix.ids[at] ?? ''),
    isInside: (at) => !isZoneKind(kinds.get(matrix.ids[at] ?? '') ?? 'container'),
  });
  const hops = new Map(matrix.ids.map((id, at) => [id, reach.hops[at] ?? -1]));
  const withHops = (node: DiagramNode): DiagramNode => {
    const hop = hops.get(node.id) ?? -1;
    return { ...node, hops: hop === -1 ? Infinity : hop };
  };
  return { ...diagram, nodes: diagram.nodes.map(withHops), endpoints: diagram.endpoints.map(withHops), focus: name };
}
