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
  | `tint-${Hue}`
  | `rim-${Hue}`
  | `hue-${Hue}`;

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
}

/** Shapes that are one thing to a reader: it has a title. */
export interface GroupShape {
  readonly kind: 'group';
  readonly role: 'compartment' | 'node' | 'edge' | 'legend';
  readonly key: string;
  readonly title: string;
  readonly shapes: readonly Shape[];
  readonly pale?: boolean;
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
