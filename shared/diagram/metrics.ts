/**
 * How wide a text is, without a screen: the advance widths of Inter, the font that pictures come with.
 *
 * A reader without that font sees another; boxes leave it some room.
 */
import type { Weight } from './shapes.ts';

/** Hundredths of an em, from U+0020 to U+007E. */
const REGULAR = widths(
  '28 29 47 63 64 98 64 30 36 36 50 66 29 46 29 36 63 41 61 62 65 59 62 57 62 62 29 30 66 66 66 51 97 69 65 73 72 60 59 75 74 27 57 67 57 90 75 76 64 76 64 64 65 74 69 99 68 68 63 36 36 36 47 46 32 56 61 57 61 58 37 61 59 24 24 55 24 88 59 60 61 61 38 53 33 59 56 82 55 56 55 43 33 43 66',
);
const BOLD = widths(
  '25 32 52 64 65 100 66 33 37 37 54 67 32 47 32 38 66 42 62 64 67 61 64 58 64 64 32 33 67 67 67 54 100 73 66 74 72 61 59 75 75 28 58 70 57 92 76 77 65 77 65 65 66 74 73 102 72 71 65 37 38 37 48 47 35 57 62 58 62 59 39 63 61 26 26 57 26 90 61 61 62 62 40 55 35 61 59 84 57 59 57 45 36 45 67',
);

/** A little more than Inter needs, for readers with another font. */
const ROOM = 1.1;

function widths(text: string): readonly number[] {
  return text.split(' ').map(Number);
}

/** In pixels of the picture. */
export function textWidth(text: string, size: number, weight: Weight = 400): number {
  const table = weight === 600 ? BOLD : REGULAR;
  let sum = 0;
  for (const character of text) sum += widthOf(character.codePointAt(0) ?? 0, table);
  return (sum / 100) * size * ROOM;
}

function widthOf(code: number, table: readonly number[]): number {
  const known = table[code - 0x20];
  if (known !== undefined) return known;
  // Combining marks and joiners take no room; what East Asia writes, and pictures, take a whole em.
  if ((code >= 0x300 && code <= 0x36f) || (code >= 0x200b && code <= 0x200f) || code === 0xfe0f) return 0;
  return code >= 0x1100 && !(code >= 0x1e00 && code <= 0x23ff) ? 104 : 66;
}

/** The text, cut with an ellipsis in its middle where it is wider than `room`: names often differ at their ends. */
export function fitText(text: string, room: number, size: number, weight: Weight = 400): string {
  if (textWidth(text, size, weight) <= room) return text;
  const characters = [...text];
  const cut = (kept: number): string => {
    const tail = Math.floor(kept * 0.4);
    return `${characters.slice(0, kept - tail).join('')}…${characters.slice(characters.length - tail).join('')}`;
  };
  // Halved, not counted down: a name may be ten thousand characters long.
  let [low, high] = [1, characters.length - 1];
  while (low < high) {
    const half = Math.ceil((low + high) / 2);
    if (textWidth(cut(half), size, weight) <= room) low = half;
    else high = half - 1;
  }
  return low < 2 ? '…' : cut(low);
}

const ODD =
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** What would draw over its neighbours, end a line or turn its direction is made visible. */
export function plain(text: string): string {
  return text.replace(ODD, '\uFFFD');
}

/** More letters of a name are of no use in a label, and more than a reader of graphs can place. */
const MOST_LETTERS = 120;

/** A name in a label that grows with it, cut in its middle where it is longer than anybody reads. */
export function shortened(text: string): string {
  const letters = [...text];
  if (letters.length <= MOST_LETTERS) return text;
  const tail = Math.floor(MOST_LETTERS * 0.4);
  return `${letters.slice(0, MOST_LETTERS - tail).join('')}…${letters.slice(-tail).join('')}`;
}
