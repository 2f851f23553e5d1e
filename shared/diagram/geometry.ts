/** A diagram in which everything has its place: what layouts make and painters read.  In pixels, y downwards. */
import type { Card } from './cards.ts';
import type { Compartment, DiagramEdge, DiagramNode } from './model.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly w: number;
  readonly h: number;
}

/** The same thing, or point, elsewhere. */
export function moved<Placed extends Point>(one: Placed, by: Point): Placed {
  return { ...one, x: one.x + by.x, y: one.y + by.y };
}

export interface PlacedNode extends Box {
  readonly node: DiagramNode;
  readonly card: Card;
  /** Of a place outside that is drawn more than once: which one this is. */
  readonly copy: number;
}

export interface PlacedCompartment {
  readonly compartment: Compartment;
  /** What is said beside its name. */
  readonly facts: string;
  /** Its colours. */
  readonly hue: number;
  /** What it covers, joined to one outline: frames around its nodes, passages between them. */
  readonly rects: readonly Box[];
  /** Its name, at every frame; `main` where its subnet stands too. */
  /** A hull that is no union of boxes, as a path. */
  readonly outline?: string;
  readonly labels: readonly { readonly x: number; readonly y: number; readonly room: number; readonly main: boolean }[];
}

export interface PlacedEdge {
  readonly edge: DiagramEdge;
  /** From the border of `from` to the border of `to`, at least two. */
  readonly points: readonly Point[];
  /** The middle of its label or mark. */
  readonly middle: Point;
}

export interface Geometry {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly compartments: readonly PlacedCompartment[];
  readonly edges: readonly PlacedEdge[];
  /** Where the layout put its boxes: what the next one may keep in place. */
  readonly anchors?: ReadonlyMap<string, Point>;
}
