/** What a picture is made of in the end: few kinds of shapes, in tokens of colour, for every writer alike. */

export type Weight = 400 | 600;

/** Colours by what they are for; `palette.ts` has them for light and dark. */
export type Ink =
  | 'page'
  | 'card'
  | 'card-line'
  | 'ink'
  | 'quiet'
  | 'accent'
  | 'accent-soft'
  | 'up'
  | 'cut'
  | 'cut-soft'
  | 'wanted'
  | 'wanted-soft'
  | 'data'
  | 'data-soft'
  | 'control'
  | 'control-soft'
  | 'name'
  | 'zone'
  | 'zone-ink'
  | 'came'
  | 'came-soft'
  | 'went'
  | 'went-soft'
  | 'changed'
  | 'changed-soft'
  | Tile
  | `${Tile}-ink`
  | 'tile-side'
  | 'tile-band'
  | `tint-${Hue}`
  | `rim-${Hue}`
  | `hue-${Hue}`;

/** Cells of the matrix: each has a colour and, with `-ink`, one for what is drawn on it. */
export type Tile =
  | 'tile-open'
  | 'tile-partial'
  | 'tile-blocked'
  | 'tile-unknown'
  | 'tile-held'
  | 'tile-pending'
  | 'tile-failed'
  | 'tile-self';

export type Hue = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

interface Styled {
  readonly fill?: Ink;
  readonly stroke?: Ink;
  readonly width?: number;
  /** Lengths of lines and gaps. */
  readonly dash?: readonly number[];
}

export interface PathShape extends Styled {
  readonly kind: 'path';
  /** `M x y L x y Q x y x y C … Z`, absolute. */
  readonly d: string;
}

export interface RectShape extends Styled {
  readonly kind: 'rect';
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly r: number;
}

export interface TextShape {
  readonly kind: 'text';
  readonly x: number;
  /** The baseline. */
  readonly y: number;
  readonly text: string;
  readonly size: number;
  readonly weight: Weight;
  readonly fill: Ink;
  readonly anchor: 'start' | 'middle' | 'end';
  /** Written upwards: a quarter turn to the left around `x`, `y`. */
  readonly isUpright?: boolean;
}

/** Shapes that are one thing to a reader: it has a title. */
export interface GroupShape {
  readonly kind: 'group';
  readonly role: 'compartment' | 'node' | 'edge' | 'row' | 'legend';
  readonly key: string;
  readonly title: string;
  readonly shapes: readonly Shape[];
  readonly pale?: boolean;
  /** Out of reach of what a picture is about. */
  readonly faint?: boolean;
}

/** How much is left of what is drawn pale or faint, of 1. */
export function opacityOf({ pale = false, faint = false }: Pick<GroupShape, 'pale' | 'faint'>): number {
  return faint ? 0.26 : pale ? 0.72 : 1;
}

export type Shape = PathShape | RectShape | TextShape | GroupShape;

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly description: string;
  readonly shapes: readonly Shape[];
}

/** Two decimals: the same on every machine, and short. */
export function num(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return String(Object.is(rounded, -0) ? 0 : rounded);
}
