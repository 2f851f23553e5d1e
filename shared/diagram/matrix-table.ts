/** The matrix as a picture shows it: rows and columns in order, under the names of their projects, and what each cell says. */
import {
  FLAG_DENIED,
  FLAG_HELD,
  FLAG_SIDE_LAYER,
  VERDICTS,
  type Denial,
  type Matrix,
  type Verdict,
} from '../reachability/model.ts';
import { isZoneKind, type Diagram, type DiagramNode } from './model.ts';

/** How a cell stands beyond its verdict: whether the policy denies it, and whether that is so on the wire. */
type CellMark = 'none' | 'held' | 'pending' | 'paused' | 'failed';

export interface TableCell {
  readonly verdict: Verdict;
  readonly mark: CellMark;
  /** Files, control or a namespace are shared beside the network. */
  readonly hasSide: boolean;
}

export interface TableGroup {
  /** A project or networks; `''` for who belongs to none. */
  readonly label: string;
  readonly size: number;
}

export interface TableSide {
  readonly members: readonly DiagramNode[];
  readonly groups: readonly TableGroup[];
}

export const GROUPINGS = ['project', 'network', 'none'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** What of the matrix is shown, and how; absent: rows and columns of everybody in the diagram, by project. */
export interface TableChoice {
  readonly grouping?: Grouping;
  /** Ids of endpoints. */
  readonly rows?: readonly string[];
  readonly columns?: readonly string[];
}

export interface MatrixTable {
  readonly diagram: Diagram;
  readonly rows: TableSide;
  readonly columns: TableSide;
  /** By row, then column; null: an endpoint with itself. */
  readonly cells: readonly (readonly (TableCell | null)[])[];
}

const OUTSIDE = 'Outside';

export function matrixTable(
  diagram: Diagram,
  { matrix, denials }: { readonly matrix: Matrix; readonly denials: readonly Denial[] },
  { grouping = 'project', rows: rowIds, columns: columnIds }: TableChoice = {},
): MatrixTable {
  const index = new Map(matrix.ids.map((id, at) => [id, at]));
  const states = new Map(denials.map(({ from, to, state }) => [`${from}\n${to}`, state]));
  const side = (ids: readonly string[] | undefined): TableSide => {
    const wanted = ids && new Set(ids);
    const members = diagram.endpoints.filter(({ id }) => !wanted || wanted.has(id));
    return sideOf(members, grouping);
  };
  const [rows, columns] = [side(rowIds), side(columnIds)];
  const cellOf = (from: DiagramNode, to: DiagramNode): TableCell | null => {
    if (from.id === to.id) return null;
    const [row, column] = [index.get(from.id), index.get(to.id)];
    const at = row === undefined || column === undefined ? -1 : row * matrix.size + column;
    const flags = matrix.flags[at] ?? 0;
    return {
      verdict: VERDICTS[matrix.verdicts[at] ?? 3] ?? 'unknown',
      mark: markOf(flags, states.get(`${from.id}\n${to.id}`)),
      hasSide: (flags & FLAG_SIDE_LAYER) !== 0,
    };
  };
  return {
    diagram,
    rows,
    columns,
    cells: rows.members.map((from) => columns.members.map((to) => cellOf(from, to))),
  };
}

/** What no firewall can split is denied and not in force, like what failed. */
function markOf(flags: number, state: Denial['state'] | undefined): CellMark {
  if ((flags & FLAG_DENIED) === 0) return 'none';
  if ((flags & FLAG_HELD) !== 0) return 'held';
  return state === 'pending' || state === 'paused' ? state : 'failed';
}

/** The topology's order (project, service, name, places outside) is kept within each group. */
function sideOf(members: readonly DiagramNode[], grouping: Grouping): TableSide {
  const rank = (node: DiagramNode): string => {
    if (isZoneKind(node.kind)) return '2';
    const label = labelOf(node, grouping);
    return label === '' ? '1' : `0${label}`;
  };
  const sorted =
    grouping === 'network'
      ? members
          .map((node, at) => ({ node, at, rank: rank(node) }))
          .toSorted((a, b) => (a.rank === b.rank ? a.at - b.at : a.rank < b.rank ? -1 : 1))
          .map(({ node }) => node)
      : members;
  const groups: { label: string; size: number }[] = [];
  for (const node of sorted) {
    const label = labelOf(node, grouping);
    const open = groups.at(-1);
    if (open?.label === label) open.size += 1;
    else groups.push({ label, size: 1 });
  }
  return { members: sorted, groups };
}

function labelOf(node: DiagramNode, grouping: Grouping): string {
  if (isZoneKind(node.kind)) return OUTSIDE;
  if (grouping === 'none') return '';
  return grouping === 'project' ? node.project : node.networks.map((key) => key.trim()).join(' + ');
}
