/** A picture as PNG, drawn by resvg in WebAssembly: no browser, no binaries of a platform, the same bytes everywhere. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Picture } from '../../../shared/diagram/shapes.ts';
import { toSvg } from '../../../shared/diagram/svg.ts';
import { drawable } from './fonts.ts';
import type { ExportRequest } from './format.ts';

/** More would not fit into the memory of WebAssembly: four bytes each, and some copies. */
const MOST_PIXELS = 120_000_000;

let ready: Promise<typeof import('@resvg/resvg-wasm')> | null = null;

export async function toPng(picture: Picture, request: ExportRequest): Promise<Uint8Array> {
  const { picture: shown, fonts } = await drawable(picture, request);
  const scale = scaleOf(picture, request);
  const { Resvg } = await load();
  const svg = toSvg(shown, request.theme === 'dark' ? 'dark' : 'light');
  const drawing = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: {
      fontBuffers: [fonts.regular, fonts.bold, ...fonts.others].map(({ bytes }) => bytes),
      defaultFontFamily: 'Inter',
      sansSerifFamily: 'Inter',
    },
  });
  try {
    const image = drawing.render();
    try {
      return image.asPng();
    } finally {
      image.free();
    }
  } finally {
    drawing.free();
  }
}

/** The scale that was asked for, or the largest there is memory for, which is told. */
export function scaleOf(
  { width, height }: Pick<Picture, 'width' | 'height'>,
  { scale: asked, note }: Pick<ExportRequest, 'scale' | 'note'>,
): number {
  const largest = Math.sqrt(MOST_PIXELS / (width * height));
  if (asked <= largest) return asked;
  note(`At ${asked}× the picture would be too large: it is made at ${largest.toFixed(2)}×.`);
  return largest;
}

/** Starts WebAssembly. */
export async function preparePng(): Promise<void> {
  await load();
}

/** Once per process. */
async function load(): Promise<typeof import('@resvg/resvg-wasm')> {
  ready ??= (async () => {
    const library = await import('@resvg/resvg-wasm');
    const file = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm');
    await library.initWasm(await readFile(file));
    return library;
  })();
  return ready;
}
