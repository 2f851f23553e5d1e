/** A picture as PNG: no browser, the same bytes everywhere. */
import type { Picture } from '../../../shared/diagram/shapes.ts';
import { toSvg } from '../../../shared/diagram/svg.ts';
import { loadDraw } from './draw-png.ts';
import { drawable } from './fonts.ts';
import type { ExportRequest } from './format.ts';

/** More would not fit into the memory of WebAssembly, which is what some platforms draw with: four bytes each, and some copies. */
const MOST_PIXELS = 120_000_000;
/** What is larger than this at two pixels to one is sharp enough at one, and sooner made, sent and opened. */
const LARGE = 32_000_000;

export async function toPng(picture: Picture, request: ExportRequest): Promise<Uint8Array> {
  const { picture: shown, fonts } = await drawable(picture, request);
  const draw = await loadDraw();
  return draw({
    svg: toSvg(shown, request.theme === 'dark' ? 'dark' : 'light'),
    scale: scaleOf(picture, request),
    fonts: [fonts.regular, fonts.bold, ...fonts.others],
  });
}

/** The scale that was asked for, or that suits the picture, or the largest there is memory for, which is told. */
export function scaleOf(
  { width, height }: Pick<Picture, 'width' | 'height'>,
  { scale: asked, note }: Pick<ExportRequest, 'scale' | 'note'>,
): number {
  const largest = Math.sqrt(MOST_PIXELS / (width * height));
  const wanted = asked !== 'auto' ? asked : 4 * width * height > LARGE ? 1 : 2;
  if (wanted <= largest) return wanted;
  const made = largest.toFixed(2);
  note({ message: `At ${wanted}× the picture would be too large: it is made at ${made}×.`, hint: '' });
  return largest;
}

/** Loads what draws. */
export async function preparePng(): Promise<void> {
  await loadDraw();
}
