/**
 * A picture as SVG: one file that needs nothing else, its text as text, with a title and a description.
 *
 * Colours are classes of one style sheet, so that a picture may be light, dark, or as the reader's system is.
 */
import { plain } from './metrics.ts';
import { DARK, LIGHT, type Palette } from './palette.ts';
import { num, opacityOf, type Ink, type Picture, type Shape } from './shapes.ts';

export const FONT_FAMILIES =
  "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'DejaVu Sans', sans-serif";

export function toSvg(picture: Picture, theme: 'light' | 'dark' | 'auto'): string {
  const inks = new Map<string, Ink>();
  const body = picture.shapes.map((shape) => shapeSvg(shape, inks, '  ')).join('');
  const classes = [...inks.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const rules = (palette: Palette): string =>
    classes.map(([name, ink]) => `.${name}{${name.startsWith('f') ? 'fill' : 'stroke'}:${palette[ink]}}`).join('');
  const style = [
    `text{font-family:${FONT_FAMILIES}}`,
    rules(theme === 'dark' ? DARK : LIGHT),
    ...(theme === 'auto' ? [`@media (prefers-color-scheme:dark){${rules(DARK)}}`] : []),
  ];
  const { width, height, title, description } = picture;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${num(width)}" height="${num(height)}" viewBox="0 0 ${num(width)} ${num(height)}" role="img" aria-labelledby="title desc">\n`,
    `  <title id="title">${escapeXml(title)}</title>\n`,
    `  <desc id="desc">${escapeXml(description)}</desc>\n`,
    `  <style>${style.join('\n')}</style>\n`,
    body,
    '</svg>\n',
  ].join('');
}

/** For text and for attributes, whatever a name holds. */
export function escapeXml(text: string): string {
  return plain(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function shapeSvg(shape: Shape, inks: Map<string, Ink>, indent: string): string {
  switch (shape.kind) {
    case 'group': {
      const inner = shape.shapes.map((one) => shapeSvg(one, inks, `${indent}  `)).join('');
      const opacity = opacityOf(shape);
      const pale = opacity === 1 ? '' : ` opacity="${num(opacity)}"`;
      return `${indent}<g data-role="${shape.role}" data-key="${escapeXml(shape.key)}"${pale}>\n${indent}  <title>${escapeXml(shape.title)}</title>\n${inner}${indent}</g>\n`;
    }
    case 'path':
      return `${indent}<path d="${shape.d}"${styled(shape, inks)}/>\n`;
    case 'rect': {
      const { x, y, w, h, r } = shape;
      const round = r > 0 ? ` rx="${num(r)}"` : '';
      return `${indent}<rect x="${num(x)}" y="${num(y)}" width="${num(w)}" height="${num(h)}"${round}${styled(shape, inks)}/>\n`;
    }
    case 'text': {
      const anchor = shape.anchor === 'start' ? '' : ` text-anchor="${shape.anchor}"`;
      const weight = shape.weight === 600 ? ' font-weight="600"' : '';
      const turn = shape.isUpright === true ? ` transform="rotate(-90 ${num(shape.x)} ${num(shape.y)})"` : '';
      // A name written from right to left stays in its place and turns nothing around it.
      return `${indent}<text x="${num(shape.x)}" y="${num(shape.y)}" font-size="${num(shape.size)}"${weight}${anchor}${turn} class="${classOf('f', shape.fill, inks)}" style="unicode-bidi:isolate">${escapeXml(shape.text)}</text>\n`;
    }
  }
}

function styled(shape: Extract<Shape, { kind: 'path' | 'rect' }>, inks: Map<string, Ink>): string {
  const { fill, stroke, width = 1, dash } = shape;
  const names = [...(fill ? [classOf('f', fill, inks)] : []), ...(stroke ? [classOf('s', stroke, inks)] : [])];
  return [
    names.length > 0 ? ` class="${names.join(' ')}"` : '',
    fill ? '' : ' fill="none"',
    stroke ? ` stroke-width="${num(width)}"` : '',
    dash ? ` stroke-dasharray="${dash.map(num).join(' ')}"` : '',
  ].join('');
}

function classOf(kind: 'f' | 's', ink: Ink, inks: Map<string, Ink>): string {
  const name = `${kind}-${ink}`;
  inks.set(name, ink);
  return name;
}
