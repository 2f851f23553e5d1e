/**
 * The fonts of pictures made without a browser, so that they are the same on every machine: Inter, and DejaVu Sans for
 * what Inter lacks.  Neither has East Asian scripts: for those a font that was named is taken, else one of the machine's
 * own.  Coloured pictures are drawn by none.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Picture, Shape } from '../../../shared/diagram/shapes.ts';
import { BulkheadError } from '../../../shared/errors.ts';
import { packageDirectory } from '../../lib/package-dir.ts';
import type { ExportRequest, Note } from './format.ts';
import { fontFilesFor } from './system-fonts.ts';

export interface Font {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly has: (code: number) => boolean;
  /** Of a collection, which of its fonts is meant: its PostScript name. */
  readonly member?: string;
}

/** Instead of a file: only what comes along is used, so that every machine makes the same. */
export const NO_OTHERS = 'none';

export interface Fonts {
  readonly regular: Font;
  readonly bold: Font;
  /** Asked in this order for what the first two lack. */
  readonly others: readonly Font[];
}

/** @throws BulkheadError `BAD_INPUT` for a file that cannot be read or is no TrueType or OpenType font */
async function loadFonts(extra: readonly string[]): Promise<Fonts> {
  const folder = join(packageDirectory(import.meta.dirname), 'resources', 'fonts');
  const [regular, bold, wide, ...more] = await Promise.all([
    fontAt(join(folder, 'Inter-Regular.ttf')),
    fontAt(join(folder, 'Inter-SemiBold.ttf')),
    fontAt(join(folder, 'DejaVuSans.ttf')),
    ...extra.map(fontAt),
  ]);
  return { regular, bold, others: [...more, wide] };
}

/**
 * What a picture is drawn with, and the picture as that can draw it; tells what it took of the machine, and what is missing.
 *
 * @throws BulkheadError `BAD_INPUT` for a named font that is none
 */
export async function drawable(
  picture: Picture,
  { fonts: named, note }: Pick<ExportRequest, 'fonts' | 'note'>,
): Promise<{ readonly picture: Picture; readonly fonts: Fonts }> {
  const files = named.filter((file) => file !== NO_OTHERS);
  const own = await loadFonts(files);
  const first = withGlyphs(picture, own);
  const mayLook = files.length === named.length;
  const found = mayLook ? await fontsOfMachine([...first.missing]) : [];
  const fonts = { ...own, others: [...own.others, ...found.map(({ font }) => font)] };
  const { picture: shown, missing } = found.length > 0 ? withGlyphs(picture, fonts) : first;
  for (const { file } of found) {
    note({
      message: `Some names are drawn with ${file} of this machine.`,
      hint: 'Name it with --font where others must make the same bytes.',
    });
  }
  if (missing.size > 0) note(missingNote(missing));
  return { picture: shown, fonts };
}

/** Fonts that have the characters, as few as the order of the files allows. */
async function fontsOfMachine(missing: readonly string[]): Promise<readonly { file: string; font: Font }[]> {
  const found: { file: string; font: Font }[] = [];
  const read = new Map<string, Promise<Font | null>>();
  for (const character of missing) {
    const code = character.codePointAt(0) ?? 0;
    if (found.some(({ font }) => font.has(code))) continue;
    for (const file of await fontFilesFor(code)) {
      const reading = read.get(file) ?? fontAt(file).catch(() => null);
      read.set(file, reading);
      const font = await reading;
      if (!font?.has(code)) continue;
      found.push({ file, font });
      break;
    }
  }
  return found;
}

async function fontAt(file: string): Promise<Font> {
  try {
    const bytes = new Uint8Array(await readFile(file));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const start = startOf(view);
    const member = start === 0 ? '' : postScriptName(view, start);
    return { file, bytes, has: coverageOf(view, start), ...(member === '' ? {} : { member }) };
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new BulkheadError({
      code: 'BAD_INPUT',
      message: `The font ${file} cannot be used: ${why}`,
      hint: 'Name a TrueType or OpenType file (.ttf, .otf), or a collection of such (.ttc).',
    });
  }
}

/** What stands for a character that no font has; DejaVu Sans has it. */
const MISSING = '\u25A1';

/** The picture with a box for every character that no font has, and those characters. */
function withGlyphs(
  picture: Picture,
  { regular, others }: Fonts,
): { readonly picture: Picture; readonly missing: ReadonlySet<string> } {
  const missing = new Set<string>();
  const has = (code: number): boolean => [regular, ...others].some((font) => font.has(code));
  const shown = (text: string): string =>
    [...text]
      .map((character) => {
        const code = character.codePointAt(0) ?? 0;
        // Selectors of a picture's look say nothing by themselves.
        if (code === 0xfe0f || code === 0x200d) return '';
        if (has(code)) return character;
        missing.add(character);
        return MISSING;
      })
      .join('');
  const read = (shape: Shape): Shape => {
    if (shape.kind === 'group') return { ...shape, shapes: shape.shapes.map(read) };
    return shape.kind === 'text' ? { ...shape, text: shown(shape.text) } : shape;
  };
  return { picture: { ...picture, shapes: picture.shapes.map(read) }, missing };
}

/** A sentence for who made the picture; `''` when all is there. */
function missingNote(missing: ReadonlySet<string>): Note {
  const some = [...missing].slice(0, 12).join(' ') + (missing.size > 12 ? ' …' : '');
  return {
    message: `No font here has ${some}: boxes stand for them. Install one that has them.`,
    hint: 'Or name one with --font FILE.',
  };
}

/** Of a collection the first font (OpenType specification, "Font collections"). */
function startOf(view: DataView): number {
  return view.getUint32(0) === 0x74746366 ? view.getUint32(12) : 0;
}

function tableAt(view: DataView, start: number, tag: string): number | null {
  const wanted = [...tag].reduce((sum, letter) => sum * 256 + letter.charCodeAt(0), 0);
  for (let index = 0; index < view.getUint16(start + 4); index += 1) {
    const at = start + 12 + index * 16;
    if (view.getUint32(at) === wanted) return view.getUint32(at + 8);
  }
  return null;
}

/** Name 6 of the table of names; `''` where it has none. */
function postScriptName(view: DataView, start: number): string {
  const names = tableAt(view, start, 'name');
  if (names === null) return '';
  const texts = names + view.getUint16(names + 4);
  for (let index = 0; index < view.getUint16(names + 2); index += 1) {
    const at = names + 6 + index * 12;
    if (view.getUint16(at + 6) !== 6) continue;
    const length = view.getUint16(at + 8);
    const bytes = Array.from({ length }, (_, byte) => view.getUint8(texts + view.getUint16(at + 10) + byte));
    // One byte or two to a letter: of a PostScript name the upper one is 0.
    return String.fromCharCode(...bytes.filter((byte) => byte !== 0));
  }
  return '';
}

/** Reads the table of characters of a TrueType or OpenType font (OpenType specification, `cmap`, formats 4 and 12). */
function coverageOf(view: DataView, start: number): (code: number) => boolean {
  const signature = view.getUint32(start);
  if (![0x00010000, 0x4f54544f, 0x74727565].includes(signature))
    throw new TypeError('it is no TrueType or OpenType font');
  const cmap = tableAt(view, start, 'cmap');
  if (cmap === null) throw new TypeError('it has no table of characters');
  // Pictures of characters, as fonts of emoji have them, can be drawn by none of our libraries.
  if (tableAt(view, start, 'glyf') === null && tableAt(view, start, 'CFF ') === null)
    throw new TypeError('it has no outlines');
  const ranges: (readonly [number, number])[] = [];
  const count = view.getUint16(cmap + 2);
  for (let index = 0; index < count; index += 1) {
    const at = cmap + view.getUint32(cmap + 4 + index * 8 + 4);
    const format = view.getUint16(at);
    if (format === 12) {
      for (let group = 0; group < view.getUint32(at + 12); group += 1) {
        ranges.push([view.getUint32(at + 16 + group * 12), view.getUint32(at + 20 + group * 12)]);
      }
    } else if (format === 4) {
      const segments = view.getUint16(at + 6) / 2;
      for (let segment = 0; segment < segments; segment += 1) {
        const end = view.getUint16(at + 14 + segment * 2);
        const start = view.getUint16(at + 16 + segments * 2 + segment * 2);
        if (start !== 0xffff) ranges.push([start, end]);
      }
    }
  }
  return (code) => ranges.some(([first, last]) => first <= code && code <= last);
}
