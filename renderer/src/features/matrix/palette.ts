/**
 * The colours of the matrix, one set per theme.
 *
 * Hues are apart for every common colour blindness (blue, amber, neutral, vermilion, violet after Okabe and Ito), and
 * lightness differs as well; the symbol in the cell says the same without any colour.
 */
import type { Verdict } from '../../../../shared/reachability/model.ts';

export interface Tile {
  readonly fill: string;
  readonly ink: string;
}

export interface Palette {
  readonly background: string;
  readonly header: string;
  readonly headerInk: string;
  readonly headerQuiet: string;
  readonly band: string;
  readonly bandInk: string;
  readonly line: string;
  readonly self: string;
  readonly selfInk: string;
  readonly verdicts: Readonly<Record<Verdict, Tile>>;
  /** Blocked by the user's own rule, and held. */
  readonly held: Tile;
  readonly pending: Tile;
  readonly failed: Tile;
  readonly sideLayer: string;
  readonly crosshair: string;
  readonly cursor: string;
  readonly selection: string;
  readonly match: string;
  readonly matchInk: string;
}

export const LIGHT: Palette = {
  background: '#ffffff',
  header: '#ffffff',
  headerInk: '#1c2733',
  headerQuiet: '#5f6b77',
  band: '#eef2f5',
  bandInk: '#3c4956',
  line: '#dfe5ea',
  self: '#f6f8f9',
  selfInk: '#c3ccd4',
  verdicts: {
    open: { fill: '#cfe6f7', ink: '#0a5c9c' },
    partial: { fill: '#fbe6b0', ink: '#7d5200' },
    blocked: { fill: '#eff1f3', ink: '#7e8893' },
    unknown: { fill: '#ece4f6', ink: '#6a4d9c' },
  },
  held: { fill: '#b8431f', ink: '#ffffff' },
  pending: { fill: '#fbe0d4', ink: '#b8431f' },
  failed: { fill: '#fff1ea', ink: '#a3310f' },
  sideLayer: '#6a4d9c',
  crosshair: 'rgba(18, 60, 85, 0.1)',
  cursor: '#0f3a55',
  selection: '#0a5c9c',
  match: '#ffe9a8',
  matchInk: '#4a3500',
};

export const DARK: Palette = {
  background: '#14191f',
  header: '#14191f',
  headerInk: '#e6ebf0',
  headerQuiet: '#98a5b1',
  band: '#1f272f',
  bandInk: '#c2ccd6',
  line: '#2b343d',
  self: '#181e25',
  selfInk: '#3d4853',
  verdicts: {
    open: { fill: '#143f5e', ink: '#8fd0ff' },
    partial: { fill: '#4d3b0e', ink: '#ffcf66' },
    blocked: { fill: '#20272e', ink: '#74808c' },
    unknown: { fill: '#332848', ink: '#c6aef2' },
  },
  held: { fill: '#d9653d', ink: '#1a0d07' },
  pending: { fill: '#43261b', ink: '#ff9d77' },
  failed: { fill: '#331d15', ink: '#ffb397' },
  sideLayer: '#c6aef2',
  crosshair: 'rgba(160, 205, 235, 0.10)',
  cursor: '#f2f6f9',
  selection: '#8fd0ff',
  match: '#5a4708',
  matchInk: '#ffe9a8',
};
