/**
 * The matrix at work: owns two canvases and a scroller, and draws when something changed.
 *
 * React hands it a new scene when data change; scrolling, hovering and panning stay in here and never render React.
 * One animation frame draws at most once, and the cells only when they changed.
 */
import { drawCells, type TilePainter } from './draw-cells.ts';
import { drawHeaders, headerSizes } from './draw-headers.ts';
import { drawOverlay } from './draw-overlay.ts';
import {
  cellRect,
  hitTest,
  makeAxis,
  scrollToShow,
  visibleRange,
  zoomScroll,
  type Axis,
  type Hit,
  type Layout,
  type Point,
} from './geometry.ts';
import type { Page } from './cursor.ts';
import { GROUP_GAP, type CellAt, type Overlay, type Scene, type Viewport } from './scene.ts';
import { cachedPainter } from './tile-cache.ts';
import type { Side } from './view.ts';

export interface MatrixElements {
  readonly scroller: HTMLElement;
  /** Gives the scroller its content size. */
  readonly spacer: HTMLElement;
  readonly cells: HTMLCanvasElement;
  readonly overlay: HTMLCanvasElement;
}

/** A scene before it is laid out. */
export type SceneInput = Omit<Scene, 'layout'> & { readonly cell: number };

export interface MatrixController {
  /** New data, theme, language or zoom. Keeps what is at the top left (or under `anchor`) in its place. */
  setScene(input: SceneInput): void;
  setMarks(marks: { readonly cursor: CellAt | null; readonly selection: CellAt | null }): void;
  setFocused(focused: boolean): void;
  setHover(hover: CellAt | null): void;
  /** Remembers where the next zoom keeps still; null: the middle of the view. */
  setZoomAnchor(point: Point | null): void;
  reveal(at: CellAt): void;
  hit(point: Point): Hit;
  /** Where a cell is, relative to the scroller's corner. */
  rectOf(at: CellAt): ReturnType<typeof cellRect> | null;
  panBy(dx: number, dy: number): void;
  page(): Page;
  destroy(): void;
}

const PADDING = 24;

export function createMatrixController(elements: MatrixElements, onLayout: (layout: Layout) => void): MatrixController {
  const { scroller, spacer } = elements;
  const cellsPen = contextOf(elements.cells, { alpha: false });
  const overlayPen = contextOf(elements.overlay, {});
  let scene: Scene | null = null;
  let overlay: Overlay = { hover: null, cursor: null, focused: false, selection: null };
  let zoomAnchor: Point | null = null;
  let request = 0;
  let cellsDirty = false;
  let overlayDrawn = true;
  let painter: { readonly key: string; readonly paint: TilePainter } | null = null;

  const viewport = (): Viewport => ({
    width: scroller.clientWidth,
    height: scroller.clientHeight,
    scroll: { x: scroller.scrollLeft, y: scroller.scrollTop },
  });

  const schedule = (cells: boolean): void => {
    cellsDirty ||= cells;
    if (request === 0) request = requestAnimationFrame(draw);
  };

  const draw = (): void => {
    request = 0;
    if (!scene) return;
    const view = viewport();
    if (view.width === 0 || view.height === 0) return;
    const resized = fit(elements.cells, cellsPen, view);
    fit(elements.overlay, overlayPen, view);
    if (cellsDirty || resized) {
      drawCells(cellsPen, scene, view, painterOf(scene));
      drawHeaders(cellsPen, scene, view);
      cellsDirty = false;
      elements.cells.dataset['scrollLeft'] = String(Math.round(view.scroll.x));
      elements.cells.dataset['scrollTop'] = String(Math.round(view.scroll.y));
    }
    const { hover, cursor, selection } = overlay;
    const wanted = hover !== null || cursor !== null || selection !== null;
    if (wanted || overlayDrawn) drawOverlay(overlayPen, scene, view, overlay);
    overlayDrawn = wanted;
  };

  /** The images are good for one palette, cell size and screen density. */
  const painterOf = ({ palette, layout }: Scene): TilePainter => {
    const ratio = window.devicePixelRatio || 1;
    const key = `${palette.background} ${layout.rows.cell} ${ratio}`;
    if (painter?.key !== key) painter = { key, paint: cachedPainter(palette, layout.rows.cell, ratio) };
    return painter.paint;
  };

  const setScene = (input: SceneInput): void => {
    const { cell, ...rest } = input;
    const before = scene;
    const header = headerSizes(cellsPen, rest, cell);
    const layout: Layout = {
      rows: axisOf(rest.view.rows, cell),
      cols: axisOf(rest.view.cols, cell),
      headerWidth: header.width,
      headerHeight: header.height,
    };
    scene = { ...rest, layout };
    spacer.style.width = `${header.width + layout.cols.total + PADDING}px`;
    spacer.style.height = `${header.height + layout.rows.total + PADDING}px`;
    if (before) keepPlace(before, scene);
    describe(elements.cells, layout);
    onLayout(layout);
    schedule(true);
  };

  const keepPlace = (before: Scene, after: Scene): void => {
    const { x, y } = viewport().scroll;
    const zoomed = before.layout.rows.cell !== after.layout.rows.cell;
    // Without a pointer to hold on to: the middle of the view, or the start where that is in view.
    const anchor = zoomAnchor ?? {
      x: x > 0 ? scroller.clientWidth / 2 : 0,
      y: y > 0 ? scroller.clientHeight / 2 : 0,
    };
    zoomAnchor = null;
    const [rowsBefore, rowsAfter, colsBefore, colsAfter] = [
      before.layout.rows,
      after.layout.rows,
      before.layout.cols,
      after.layout.cols,
    ];
    if (zoomed) {
      const intoX = Math.max(0, anchor.x - before.layout.headerWidth);
      const intoY = Math.max(0, anchor.y - before.layout.headerHeight);
      scroller.scrollLeft = zoomScroll(colsBefore, colsAfter, x, intoX);
      scroller.scrollTop = zoomScroll(rowsBefore, rowsAfter, y, intoY);
      return;
    }
    if (x > 0) scroller.scrollLeft = followedScroll(before, after, 'cols', x);
    if (y > 0) scroller.scrollTop = followedScroll(before, after, 'rows', y);
  };

  const onScroll = (): void => schedule(true);
  const onResize = (): void => schedule(true);
  const observer = new ResizeObserver(onResize);
  observer.observe(scroller);
  scroller.addEventListener('scroll', onScroll, { passive: true });
  // Moving to a screen of another density changes no size: the window says so.
  window.addEventListener('resize', onResize);

  return {
    setScene,
    setMarks: ({ cursor, selection }) => {
      overlay = { ...overlay, cursor, selection };
      schedule(false);
    },
    setFocused: (focused) => {
      overlay = { ...overlay, focused };
      schedule(false);
    },
    setHover: (hover) => {
      overlay = { ...overlay, hover };
      schedule(false);
    },
    setZoomAnchor: (point) => {
      zoomAnchor = point;
    },
    reveal: ({ row, col }) => {
      if (!scene) return;
      const { layout } = scene;
      const { scroll, width, height } = viewport();
      scroller.scrollLeft = scrollToShow(layout.cols, col, scroll.x, width - layout.headerWidth);
      scroller.scrollTop = scrollToShow(layout.rows, row, scroll.y, height - layout.headerHeight);
    },
    hit: (point) => (scene ? hitTest(scene.layout, viewport().scroll, point) : { kind: 'none' }),
    rectOf: ({ row, col }) => (scene ? cellRect(scene.layout, viewport().scroll, row, col) : null),
    panBy: (dx, dy) => scroller.scrollBy(dx, dy),
    page: () => {
      if (!scene) return { rows: 1, cols: 1 };
      const { layout } = scene;
      const { width, height } = viewport();
      return {
        rows: Math.max(1, Math.floor((height - layout.headerHeight) / layout.rows.cell)),
        cols: Math.max(1, Math.floor((width - layout.headerWidth) / layout.cols.cell)),
      };
    },
    destroy: () => {
      cancelAnimationFrame(request);
      observer.disconnect();
      scroller.removeEventListener('scroll', onScroll);
      window.removeEventListener('resize', onResize);
      scene = null;
    },
  };
}

function axisOf(side: Side, cell: number): Axis {
  return makeAxis(
    side.groups.map(({ size }) => size),
    cell,
    cell >= 18 ? GROUP_GAP : 2,
  );
}

/** When rows come and go above, the first row that is seen and still there stays where it is. */
function followedScroll(before: Scene, after: Scene, axis: 'rows' | 'cols', scroll: number): number {
  const old = before.layout[axis];
  const { first, last } = visibleRange(old, scroll, 2_000);
  for (let position = first; position <= last; position += 1) {
    const endpoint = before.frame.endpoints[before.view[axis].members[position] ?? -1];
    const index = endpoint ? after.frame.indexById.get(endpoint.id) : undefined;
    const now = index === undefined ? -1 : after.view[axis].members.indexOf(index);
    if (now >= 0) return scroll + (after.layout[axis].offsets[now] ?? 0) - (old.offsets[position] ?? 0);
  }
  return scroll;
}

/** Tells tests (and assistive tools) where the cells are, without reading pixels. */
function describe(canvas: HTMLCanvasElement, layout: Layout): void {
  canvas.dataset['cell'] = String(layout.rows.cell);
  canvas.dataset['headerWidth'] = String(layout.headerWidth);
  canvas.dataset['headerHeight'] = String(layout.headerHeight);
  canvas.dataset['rowOffsets'] = JSON.stringify(layout.rows.offsets);
  canvas.dataset['colOffsets'] = JSON.stringify(layout.cols.offsets);
}

/** Makes the canvas as fine as the screen; true when it had to change (and is therefore empty). */
function fit(canvas: HTMLCanvasElement, pen: CanvasRenderingContext2D, { width, height }: Viewport): boolean {
  const ratio = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width === wide && canvas.height === high) return false;
  canvas.width = wide;
  canvas.height = high;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  return true;
}

function contextOf(canvas: HTMLCanvasElement, options: CanvasRenderingContext2DSettings): CanvasRenderingContext2D {
  const context = canvas.getContext('2d', options);
  if (!context) throw new Error('This browser has no 2D canvas.');
  return context;
}
