/** Everything the draw functions need, and nothing they could change. */
import type { Frame } from '../../lib/frame.ts';
import type { Layout, Point, Size } from './geometry.ts';
import type { Palette } from './palette.ts';
import type { MatrixView } from './view.ts';

export interface Scene {
  readonly frame: Frame;
  readonly view: MatrixView;
  readonly layout: Layout;
  readonly palette: Palette;
  /** Cells that are being refused now: row times the frame's size plus column, by the frame's indexes. */
  readonly tried: ReadonlySet<number>;
  /** Band texts in the user's language, by `Group.label`. */
  readonly bandName: (label: string) => string;
  /** Shown names in the user's language: zones are translated, containers are not. */
  readonly displayName: (label: string, frameIndex: number) => string;
}

export interface Viewport extends Size {
  readonly scroll: Point;
}

export interface CellAt {
  readonly row: number;
  readonly col: number;
}

export interface Overlay {
  readonly hover: CellAt | null;
  readonly cursor: CellAt | null;
  /** Whether the matrix has the keyboard: the cursor is only drawn strongly then. */
  readonly focused: boolean;
  readonly selection: CellAt | null;
}

/** The part of a 2D context that the draw functions use: a test records it. */
export type Pen = Pick<
  CanvasRenderingContext2D,
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'lineCap'
  | 'lineJoin'
  | 'font'
  | 'textAlign'
  | 'textBaseline'
  | 'clearRect'
  | 'drawImage'
  | 'fillRect'
  | 'strokeRect'
  | 'beginPath'
  | 'closePath'
  | 'moveTo'
  | 'lineTo'
  | 'arc'
  | 'rect'
  | 'roundRect'
  | 'quadraticCurveTo'
  | 'fill'
  | 'stroke'
  | 'clip'
  | 'save'
  | 'restore'
  | 'translate'
  | 'rotate'
  | 'setLineDash'
  | 'fillText'
  | 'measureText'
>;

/** Height of a column band and width of a row band. */
export const BAND = 22;
export const GROUP_GAP = 6;
export const FONT =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "WenQuanYi Zen Hei", sans-serif';

export function labelSize(cell: number): number {
  if (cell >= 28) return 13;
  if (cell >= 18) return 12;
  return Math.max(9, Math.min(11, cell - 2));
}

/** Below this edge names do not fit beside their cells: only bands and the hovered name are drawn. */
export const SMALLEST_LABELLED = 11;
/** Below this edge a symbol would be a smudge: colour and the tooltip speak. */
export const SMALLEST_SYMBOL = 11;
