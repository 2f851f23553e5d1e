/**
 * The colours of the matrix, one set per theme.
 *
 * Hues are apart for every common colour blindness (blue, amber, neutral, vermilion, violet after Okabe and Ito), and
 * lightness differs as well; the symbol in the cell says the same without any colour.
 */
import { DARK as DARK_INKS, LIGHT as LIGHT_INKS, type Palette as Inks } from '../../../../shared/diagram/palette.ts';
import type { Tile as TileName } from '../../../../shared/diagram/shapes.ts';
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

/** Those of pictures that are exported. */
function tilesOf(
  inks: Inks,
): Pick<Palette, 'band' | 'self' | 'selfInk' | 'verdicts' | 'held' | 'pending' | 'failed' | 'sideLayer'> {
  const tile = (name: TileName): Tile => ({ fill: inks[name], ink: inks[`${name}-ink`] });
  return {
    band: inks['tile-band'],
    self: inks['tile-self'],
    selfInk: inks['tile-self-ink'],
    verdicts: {
      open: tile('tile-open'),
      partial: tile('tile-partial'),
      blocked: tile('tile-blocked'),
      unknown: tile('tile-unknown'),
    },
    held: tile('tile-held'),
    pending: tile('tile-pending'),
    failed: tile('tile-failed'),
    sideLayer: inks['tile-side'],
  };
}

export const LIGHT: Palette = {
  background: '#ffffff',
  header: '#ffffff',
  headerInk: '#1c2733',
  headerQuiet: '#5f6b77',
  bandInk: '#3c4956',
  line: '#dfe5ea',
  ...tilesOf(LIGHT_INKS),
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
  bandInk: '#c2ccd6',
  line: '#2b343d',
  ...tilesOf(DARK_INKS),
  crosshair: 'rgba(160, 205, 235, 0.10)',
  cursor: '#f2f6f9',
  selection: '#8fd0ff',
  match: '#5a4708',
  matchInk: '#ffe9a8',
};
