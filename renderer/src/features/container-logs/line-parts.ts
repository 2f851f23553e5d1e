/** A line with its colours, cut where a search matches. */
import Anser from 'anser';

export interface LinePart {
  readonly text: string;
  /** Class names of `logs.css`. */
  readonly classes: string;
  /** Of 256 or all colours: `rgb(…)`; `''`: none of its own. */
  readonly color: string;
  readonly background: string;
  readonly isMatch: boolean;
}

/** More matches than this in one line tell nothing more. */
const MOST_MATCHES = 200;

export function partsOf(text: string, pattern: RegExp | null): readonly LinePart[] {
  const pieces = text.includes('\u001b')
    ? Anser.ansiToJson(text, { use_classes: true, json: true, remove_empty: true })
    : [];
  const styled: Omit<LinePart, 'isMatch'>[] =
    pieces.length === 0
      ? [{ text: shownText(text), classes: '', color: '', background: '' }]
      : pieces.map((piece) => ({
          text: shownText(piece.content),
          classes: [named(piece.fg), named(piece.bg) && `on-${named(piece.bg)}`, ...piece.decorations]
            .filter(Boolean)
            .map((name) => `ansi-${name}`)
            .join(' '),
          color: truecolor(piece.fg, piece.fg_truecolor),
          background: truecolor(piece.bg, piece.bg_truecolor),
        }));
  return pattern ? withMatches(styled, pattern) : styled.map((part) => ({ ...part, isMatch: false }));
}

/** `ansi-red` → `red`, `ansi-bright-red` → `bright-red`; `''` for others. */
function named(name: string | null): string {
  const found = /^ansi-((?:bright-)?[a-z]+)$/.exec(name ?? '')?.[1] ?? '';
  return found === 'truecolor' ? '' : found;
}

function truecolor(name: string | null, value: string | null): string {
  if (name === 'ansi-truecolor' && value && /^[\d, ]+$/.test(value)) return `rgb(${value})`;
  const at = /^ansi-palette-(\d+)$/.exec(name ?? '')?.[1];
  return at === undefined ? '' : paletteColor(Number(at));
}

/** xterm's 256 colours from the 17th on: a cube of six steps, then greys. */
function paletteColor(at: number): string {
  if (at >= 232) {
    const grey = 8 + (at - 232) * 10;
    return `rgb(${grey}, ${grey}, ${grey})`;
  }
  const step = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
  const cube = at - 16;
  return `rgb(${step(Math.floor(cube / 36))}, ${step(Math.floor(cube / 6) % 6)}, ${step(cube % 6)})`;
}

/** Control characters have pictures of their own in Unicode. */
export function shownText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are control characters
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, (char) =>
    char === '\u007f' ? '\u2421' : String.fromCharCode(0x2400 + char.charCodeAt(0)),
  );
}

function withMatches(parts: readonly Omit<LinePart, 'isMatch'>[], pattern: RegExp): readonly LinePart[] {
  const whole = parts.map(({ text }) => text).join('');
  const everywhere = new RegExp(pattern.source, `${pattern.flags}g`);
  const ranges: (readonly [from: number, to: number])[] = [];
  for (const found of whole.matchAll(everywhere)) {
    if (found[0] !== '') ranges.push([found.index, found.index + found[0].length]);
    if (ranges.length >= MOST_MATCHES) break;
  }
  const result: LinePart[] = [];
  let start = 0;
  for (const part of parts) {
    const end = start + part.text.length;
    let at = start;
    for (const [from, to] of ranges) {
      if (to <= at || from >= end) continue;
      if (from > at) result.push({ ...part, text: whole.slice(at, from), isMatch: false });
      result.push({ ...part, text: whole.slice(Math.max(from, at), Math.min(to, end)), isMatch: true });
      at = Math.min(to, end);
    }
    if (at < end) result.push({ ...part, text: whole.slice(at, end), isMatch: false });
    start = end;
  }
  return result;
}
