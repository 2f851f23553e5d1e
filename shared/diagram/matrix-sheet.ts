/** The matrix as a sheet: title above, a row for each who talks, a column for each who is talked to, legend below. */
import { legendOf } from './matrix-legend.ts';
import { selfSign, sideSign, signOf, tileBox, tileOf } from './matrix-signs.ts';
import type { MatrixTable, TableCell, TableGroup, TableSide } from './matrix-table.ts';
import { describe, nameOf, rowTitle } from './matrix-words.ts';
import { fitText, plain, textWidth } from './metrics.ts';
import { isZoneKind, type DiagramNode } from './model.ts';
import { circle, text } from './paint.ts';
import { engineOf, HEAD, MARGIN, titleOf, type SheetText } from './sheet.ts';
import { num, type GroupShape, type Ink, type Picture, type Shape } from './shapes.ts';

const BAND = 20;
const GROUP_GAP = 8;
const LEAST_WIDTH = 560;
/** Rows and columns are no longer than what names need, and no longer than this. */
const MOST_ROW_NAME = 220;
const MOST_COLUMN_NAME = 170;
/** Beside a name: the sign of the state, and that of an isolation. */
const STATE_ROOM = 18;
const MARK_ROOM = 14;
/** From so many on, cells of one kind that stand together are one box: a path for each would be megabytes. */
const MANY = 100;
const NO_SIGN = { filled: '', lined: '' };

export function matrixSheetOf(table: MatrixTable, { corner = '' }: SheetText = {}): Picture {
  const { diagram, rows, columns } = table;
  const edge = edgeOf(Math.max(rows.members.length, columns.members.length));
  const size = Math.min(12, Math.max(8, edge * 0.66));
  const named = {
    w: nameRoom(rows, size, MOST_ROW_NAME) + STATE_ROOM + BAND,
    h: nameRoom(columns, size, MOST_COLUMN_NAME) + STATE_ROOM + BAND,
  };
  const [down, across] = [offsetsOf(rows.groups, edge), offsetsOf(columns.groups, edge)];
  const grid = { w: named.w + across.total, h: named.h + down.total };
  const inner = Math.max(grid.w, LEAST_WIDTH - 2 * MARGIN);
  const [left, top] = [MARGIN, MARGIN + HEAD];
  const origin = { x: left + named.w, y: top + named.h };
  const legend = legendOf(table, { width: inner, top: top + grid.h + 32, isMany: columns.members.length > MANY });
  const title = titleOf(diagram, 'Matrix');
  const width = Math.ceil(inner + 2 * MARGIN);
  return {
    width,
    height: Math.ceil(top + grid.h + 32 + legend.height + MARGIN - 10),
    title,
    description: describe(table),
    shapes: [
      { kind: 'rect', x: 0, y: 0, w: width, h: top + grid.h + 32 + legend.height + MARGIN, r: 0, fill: 'page' },
      text(fitText(title, inner - 120, 18, 600), MARGIN, MARGIN + 14, 18, 600, 'ink'),
      text(fitText(engineOf(diagram), inner - 120, 11.5), MARGIN, MARGIN + 33, 11.5, 400, 'quiet'),
      ...(corner === '' ? [] : [text(corner, width - MARGIN, MARGIN + 14, 11.5, 400, 'quiet', 'end')]),
      ...(rows.members.length === 0 || columns.members.length === 0
        ? []
        : [text('from ↓   to →', origin.x - STATE_ROOM, origin.y - 8, Math.min(size, 10.5), 400, 'quiet', 'end')]),
      columnHeads(columns, across.at, { ...origin, top, edge, size, room: named.h - BAND - STATE_ROOM }),
      ...rows.members.map((node, at) =>
        rowShapes(table, at, {
          node,
          origin,
          left,
          y: origin.y + (down.at[at] ?? 0),
          across: across.at,
          edge,
          size,
          room: named.w - BAND - STATE_ROOM,
        }),
      ),
      ...rowBands(rows.groups, down.at, { left, y: origin.y, edge }),
      legend.group,
    ],
  };
}

function edgeOf(count: number): number {
  return count <= 24 ? 28 : count <= 60 ? 22 : count <= 150 ? 16 : 12;
}

function nameRoom({ members }: TableSide, size: number, most: number): number {
  const longest = members.reduce((room, node) => Math.max(room, textWidth(nameOf(node), size) + markRoom(node)), 0);
  return Math.ceil(Math.min(most, Math.max(64, longest + 6)));
}

function offsetsOf(
  groups: readonly TableGroup[],
  edge: number,
): { readonly at: readonly number[]; readonly total: number } {
  const at: number[] = [];
  let next = 0;
  for (const [index, { size }] of groups.entries()) {
    if (index > 0) next += GROUP_GAP;
    for (let cell = 0; cell < size; cell += 1, next += edge) at.push(next);
  }
  return { at, total: next };
}

/** Bands say a group's name once, beside all of it. */
function bandsOf(
  groups: readonly TableGroup[],
  at: readonly number[],
  edge: number,
): readonly { readonly label: string; readonly start: number; readonly length: number }[] {
  let first = 0;
  return groups.map(({ label, size }) => {
    const start = at[first] ?? 0;
    first += size;
    return { label: plain(label), start, length: (at[first - 1] ?? 0) + edge - start };
  });
}

function rowBands(
  groups: readonly TableGroup[],
  at: readonly number[],
  { left, y, edge }: { readonly left: number; readonly y: number; readonly edge: number },
): readonly Shape[] {
  return bandsOf(groups, at, edge).flatMap(({ label, start, length }): readonly Shape[] => {
    // Who belongs to nothing stands apart all the same.
    if (label === '') return [];
    const said = bandText(label, length);
    const band = { kind: 'rect', x: left, y: y + start, w: BAND - 4, h: length, r: 3, fill: 'tile-band' } as const;
    const name = text(said, left + BAND / 2 + 2, y + start + length / 2, 10.5, 600, 'ink', 'middle');
    return said === '' ? [band] : [band, { ...name, isUpright: true }];
  });
}

function bandText(label: string, length: number): string {
  return length < 24 ? '' : fitText(label, length - 8, 10.5, 600);
}

function columnHeads(
  { members, groups }: TableSide,
  at: readonly number[],
  place: {
    readonly x: number;
    readonly y: number;
    readonly top: number;
    readonly edge: number;
    readonly size: number;
    readonly room: number;
  },
): GroupShape {
  const { x, y, top, edge, size, room } = place;
  const bands = bandsOf(groups, at, edge).flatMap(({ label, start, length }): readonly Shape[] => {
    if (label === '') return [];
    const said = bandText(label, length);
    const band = { kind: 'rect', x: x + start, y: top, w: length, h: BAND - 4, r: 3, fill: 'tile-band' } as const;
    const name = text(said, x + start + length / 2, top + BAND / 2 + 2, 10.5, 600, 'ink', 'middle');
    return said === '' ? [band] : [band, name];
  });
  const names = members.flatMap((node, index): readonly Shape[] => {
    const middle = x + (at[index] ?? 0) + edge / 2;
    const mark = markRoom(node);
    const said = fitText(nameOf(node), room - mark, size);
    return [
      ...stateSigns(node, { x: middle, y: y - 9 }, { x: middle, y: y - 22 }),
      { ...text(said, middle + size * 0.36, y - STATE_ROOM - mark, size, 400, nameInk(node)), isUpright: true },
    ];
  });
  const title = `To: ${members.map(nameOf).join(', ')}`;
  return { kind: 'group', role: 'row', key: 'to', title, shapes: [...bands, ...names] };
}

function nameInk({ up }: DiagramNode): Ink {
  return up ? 'ink' : 'quiet';
}

function isMarked({ marks }: DiagramNode): boolean {
  return marks.includes('isolated') || marks.includes('offline');
}

function markRoom(node: DiagramNode): number {
  return isMarked(node) ? MARK_ROOM : 0;
}

/** Filled: up.  Ring: not.  Services are square; places outside have none.  A ring struck through: isolated; barred: cut from outside. */
function stateSigns(
  node: DiagramNode,
  state: { readonly x: number; readonly y: number },
  mark: { readonly x: number; readonly y: number },
): readonly Shape[] {
  const shapes: Shape[] = [];
  const { x, y } = state;
  if (!isZoneKind(node.kind)) {
    const d =
      node.kind === 'service'
        ? `M ${num(x - 2.6)} ${num(y - 2.6)} L ${num(x + 2.6)} ${num(y - 2.6)} L ${num(x + 2.6)} ${num(y + 2.6)} L ${num(x - 2.6)} ${num(y + 2.6)} Z`
        : circle(x, y, 2.6);
    shapes.push({ kind: 'path', d, ...(node.up ? { fill: 'up' } : {}), stroke: node.up ? 'up' : 'quiet', width: 1 });
  }
  if (isMarked(node)) {
    const slope = node.marks.includes('isolated') ? 2.8 : 0;
    const reach = slope === 0 ? 4 : 2.8;
    const bar = `M ${num(mark.x - reach)} ${num(mark.y - slope)} L ${num(mark.x + reach)} ${num(mark.y + slope)}`;
    shapes.push({ kind: 'path', d: `${circle(mark.x, mark.y, 4)} ${bar}`, stroke: 'cut', width: 1.4 });
  }
  return shapes;
}

interface RowPlace {
  readonly node: DiagramNode;
  readonly origin: { readonly x: number };
  readonly left: number;
  readonly y: number;
  readonly across: readonly number[];
  readonly edge: number;
  readonly size: number;
  readonly room: number;
}

/** A row is one thing to a reader: its title says whom it reaches. */
function rowShapes(table: MatrixTable, row: number, place: RowPlace): GroupShape {
  const { node, origin, y, across, edge, size, room } = place;
  const middle = y + edge / 2;
  const mark = markRoom(node);
  const name = text(
    fitText(nameOf(node), room - mark, size),
    origin.x - STATE_ROOM - mark,
    middle + size * 0.36,
    size,
    400,
    nameInk(node),
    'end',
  );
  const cells = table.cells[row] ?? [];
  const paths = new Paths();
  const isMany = cells.length > MANY;
  for (let at = 0; at < cells.length; at += 1) {
    const cell = cells[at] ?? null;
    const x = origin.x + (across[at] ?? 0);
    const tile = cell ? tileOf(cell) : 'tile-self';
    if (!isMany) paths.fill(tile, tileBox(x + 1, y + 1, edge - 2, edge >= 22 ? 4 : 2));
    else if (at === 0 || !joins(cells, across, at, edge)) {
      let last = at;
      while (last + 1 < cells.length && joins(cells, across, last + 1, edge)) last += 1;
      const right = origin.x + (across[last] ?? 0) + edge - 0.5;
      paths.fill(
        tile,
        `M ${num(x)} ${num(y)} L ${num(right)} ${num(y)} L ${num(right)} ${num(y + edge - 0.5)} L ${num(x)} ${num(y + edge - 0.5)} Z`,
      );
    }
    if (!cell) {
      paths.line('tile-self-ink', selfSign(x + edge / 2, middle, edge));
      continue;
    }
    // Where there are that many, what is blocked by nature is the empty cell.
    const isBare = isMany && cell.verdict === 'blocked' && cell.mark === 'none';
    const sign = isBare ? { ...NO_SIGN, ink: 'tile-blocked-ink' as const } : signOf(cell, x + edge / 2, middle, edge);
    paths.fill(sign.ink, sign.filled);
    paths.line(sign.ink, sign.lined);
    if (cell.hasSide) paths.fill(cell.mark === 'held' ? sign.ink : 'tile-side', sideSign(x + edge / 2, middle, edge));
  }
  return {
    kind: 'group',
    role: 'row',
    key: node.key,
    title: rowTitle(table, row),
    shapes: [
      ...stateSigns(node, { x: origin.x - 9, y: middle }, { x: origin.x - 22, y: middle }),
      name,
      ...paths.shapes(Math.max(1, edge / 17)),
    ],
  };
}

/** Whether a cell is of the same colour as the one before it, and touches it. */
function joins(cells: readonly (TableCell | null)[], across: readonly number[], at: number, edge: number): boolean {
  const [one, other] = [cells[at - 1], cells[at]];
  if (!one || !other || tileOf(one) !== tileOf(other)) return false;
  return (across[at] ?? 0) - (across[at - 1] ?? 0) <= edge;
}

/** What is of one colour is one path: boxes first, signs above them. */
class Paths {
  readonly #filled = new Map<Ink, string[]>();
  readonly #lined = new Map<Ink, string[]>();

  fill(ink: Ink, d: string): void {
    add(this.#filled, ink, d);
  }

  line(ink: Ink, d: string): void {
    add(this.#lined, ink, d);
  }

  shapes(width: number): readonly Shape[] {
    const sorted = (of: ReadonlyMap<Ink, readonly string[]>): readonly (readonly [Ink, string])[] =>
      [...of].toSorted(([a], [b]) => layer(a) - layer(b) || (a < b ? -1 : 1)).map(([ink, all]) => [ink, all.join(' ')]);
    return [
      ...sorted(this.#filled).map(([fill, d]) => ({ kind: 'path', d, fill }) as const),
      ...sorted(this.#lined).map(([stroke, d]) => ({ kind: 'path', d, stroke, width }) as const),
    ];
  }
}

function layer(ink: Ink): number {
  return ink.endsWith('-ink') || ink === 'tile-side' ? 1 : 0;
}

function add(paths: Map<Ink, string[]>, ink: Ink, d: string): void {
  if (d === '') return;
  const known = paths.get(ink);
  if (known) known.push(d);
  else paths.set(ink, [d]);
}
