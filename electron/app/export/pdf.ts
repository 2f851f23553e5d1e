/**
 * A picture on one sheet of paper, as vectors with its text as text.
 *
 * Nothing is compressed: what a zlib makes of the same bytes differs between versions, and a diagram in git should not.
 */
import { LIGHT, type Palette, DARK } from '../../../shared/diagram/palette.ts';
import { opacityOf, type Picture, type Shape, type TextShape } from '../../../shared/diagram/shapes.ts';
import { drawable, type Font, type Fonts } from './fonts.ts';
import type { ExportRequest } from './format.ts';

/** Short and long side in points. */
const SIZES = { a4: [595.28, 841.89], a3: [841.89, 1190.55] } as const;
const MARGIN = 28;

type Document = InstanceType<typeof import('pdfkit')>;

export async function toPdf(picture: Picture, request: ExportRequest): Promise<Uint8Array> {
  const { picture: shown, fonts } = await drawable(picture, request);
  const { default: PdfDocument } = await import('pdfkit');
  const [short, long] = SIZES[request.paper];
  const [width, height] = picture.width >= picture.height ? [long, short] : [short, long];
  const document = new PdfDocument({
    size: [width, height],
    margin: 0,
    compress: false,
    autoFirstPage: true,
    pdfVersion: '1.7',
    lang: 'en',
    displayTitle: true,
    info: {
      Title: picture.title,
      Subject: picture.description.slice(0, 2000),
      Creator: 'Bulkhead',
      Producer: 'Bulkhead',
      // Part of the file's identity: without a date of its own it is always the same.
      CreationDate: new Date(`${request.date === '' ? '2000-01-01' : request.date}T00:00:00Z`),
    },
  });
  const finished = collected(document);
  const palette = request.theme === 'dark' ? DARK : LIGHT;
  const scale = Math.min(1, (width - 2 * MARGIN) / picture.width, (height - 2 * MARGIN) / picture.height);
  document.rect(0, 0, width, height).fill(palette.page);
  document.translate((width - picture.width * scale) / 2, Math.max(MARGIN, (height - picture.height * scale) / 2));
  document.scale(scale);
  const pen = { document, palette, fonts, names: registered(document, fonts) };
  for (const shape of shown.shapes) draw(pen, shape);
  document.end();
  return finished;
}

function collected(document: Document): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  return new Promise((resolve, reject) => {
    document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    document.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
    document.on('error', reject);
  });
}

interface Pen {
  readonly document: Document;
  readonly palette: Palette;
  readonly fonts: Fonts;
  readonly names: ReadonlyMap<Font, string>;
}

function registered(document: Document, { regular, bold, others }: Fonts): ReadonlyMap<Font, string> {
  const names = new Map<Font, string>();
  [regular, bold, ...others].forEach((font, index) => {
    document.registerFont(`f${index}`, Buffer.from(font.bytes), font.member);
    names.set(font, `f${index}`);
  });
  return names;
}

function draw(pen: Pen, shape: Shape): void {
  const { document, palette } = pen;
  switch (shape.kind) {
    case 'group':
      document.save();
      if (opacityOf(shape) < 1) document.opacity(opacityOf(shape));
      for (const one of shape.shapes) draw(pen, one);
      document.restore();
      return;
    case 'text':
      if (shape.isUpright !== true) return write(pen, shape);
      document.save();
      document.rotate(-90, { origin: [shape.x, shape.y] });
      write(pen, shape);
      document.restore();
      return;
    case 'path':
    case 'rect': {
      document.save();
      if (shape.stroke) document.lineWidth(shape.width ?? 1);
      if (shape.dash?.[0] !== undefined) document.dash(shape.dash[0], { space: shape.dash[1] ?? shape.dash[0] });
      if (shape.kind === 'path') document.path(shape.d);
      else if (shape.r > 0)
        document.roundedRect(shape.x, shape.y, shape.w, shape.h, Math.min(shape.r, shape.h / 2, shape.w / 2));
      else document.rect(shape.x, shape.y, shape.w, shape.h);
      if (shape.fill && shape.stroke) document.fillAndStroke(palette[shape.fill], palette[shape.stroke]);
      else if (shape.fill) document.fill(palette[shape.fill]);
      else if (shape.stroke) document.stroke(palette[shape.stroke]);
      document.restore();
    }
  }
}

/** A text may need several fonts: it is written in runs of one each. */
function write({ document, palette, fonts, names }: Pen, { text, x, y, size, weight, fill, anchor }: TextShape): void {
  const runs = runsOf(text, fonts, weight === 600);
  const widths = runs.map(({ font, text: part }) =>
    document
      .font(names.get(font) ?? 'f0')
      .fontSize(size)
      .widthOfString(part),
  );
  const whole = widths.reduce((sum, width) => sum + width, 0);
  let at = x - (anchor === 'end' ? whole : anchor === 'middle' ? whole / 2 : 0);
  document.fillColor(palette[fill]);
  runs.forEach(({ font, text: part }, index) => {
    document
      .font(names.get(font) ?? 'f0')
      .fontSize(size)
      .text(part, at, y, { lineBreak: false, baseline: 'alphabetic' });
    at += widths[index] ?? 0;
  });
}

function runsOf(
  text: string,
  { regular, bold, others }: Fonts,
  isBold: boolean,
): { readonly font: Font; text: string }[] {
  const first = isBold ? bold : regular;
  const runs: { readonly font: Font; text: string }[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const font = [first, ...others].find((one) => one.has(code)) ?? first;
    const last = runs.at(-1);
    if (last?.font === font) last.text += character;
    else runs.push({ font, text: character });
  }
  return runs;
}
