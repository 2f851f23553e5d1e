/**
 * The fonts of pictures made without a browser, so that they are the same on every machine: Inter, and DejaVu Sans for
 * what Inter lacks.  Neither has East Asian scripts or coloured pictures; who needs those names a font.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Picture, Shape } from '../../../shared/diagram/shapes.ts';
import { BulkheadError } from '../../../shared/errors.ts';
import { packageDirectory } from '../../lib/package-dir.ts';

export interface Font {
  readonly bytes: Uint8Array;
  readonly has: (code: number) => boolean;
}

export interface Fonts {
  readonly regular: Font;
  readonly bold: Font;
  /** Asked in this order for what the first two lack. */
  readonly others: readonly Font[];
}

/** @throws BulkheadError `BAD_INPUT` for a file that cannot be read or is no TrueType or OpenType font */
export async function loadFonts(extra: readonly string[]): Promise<Fonts> {
  const folder = join(packageDirectory(import.meta.dirname), 'resources', 'fonts');
  const [regular, bold, wide, ...more] = await Promise.all([
    fontAt(join(folder, 'Inter-Regular.ttf')),
    fontAt(join(folder, 'Inter-SemiBold.ttf')),
    fontAt(join(folder, 'DejaVuSans.ttf')),
    ...extra.map(fontAt),
  ]);
  return { regular, bold, others: [...more, wide] };
}

async function fontAt(file: string): Promise<Font> {
  try {
    const bytes = new Uint8Array(await readFile(file));
    return { bytes, has: coverageOf(bytes) };
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new BulkheadError({
      code: 'BAD_INPUT',
      message: `The font ${file} cannot be used: ${why}`,
      hint: 'Name a TrueType or OpenType file (.ttf, .otf), not a collection.',
    });
  }
}

/** What stands for a character that no font has; DejaVu Sans has it. */
const MISSING = '\u25A1';

/** The picture with a box for every character that no font has, and those characters. */
export function withGlyphs(
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
export function missingNote(missing: ReadonlySet<string>): string {
  if (missing.size === 0) return '';
  const some = [...missing].slice(0, 12).join(' ');
  return `No font here has ${some}${missing.size > 12 ? ' …' : ''}: boxes stand for them. Name a font that has them with --font FILE.`;
}

/** Reads the table of characters of a TrueType or OpenType font (OpenType specification, `cmap`, formats 4 and 12). */
function coverageOf(bytes: Uint8Array): (code: number) => boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const signature = view.getUint32(0);
  if (![0x00010000, 0x4f54544f, 0x74727565].includes(signature))
    throw new TypeError('it is no TrueType or OpenType font');
  const tables = view.getUint16(4);
  let cmap = -1;
  for (let index = 0; index < tables; index += 1) {
    if (view.getUint32(12 + index * 16) === 0x636d6170) cmap = view.getUint32(12 + index * 16 + 8);
  }
  if (cmap < 0) throw new TypeError('it has no table of characters');
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
