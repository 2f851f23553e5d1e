/**
 * resvg, which gives the same pixels and bytes on every machine, in two makes of one version: as a program for this platform,
 * which is ready at once, and in WebAssembly for platforms that have none, which takes seconds until it runs fast (ADR 9).
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Font } from './fonts.ts';

export interface Drawing {
  readonly svg: string;
  /** Pixels to one of the drawing. */
  readonly scale: number;
  /** Asked for a character in this order; the first is for text that names none. */
  readonly fonts: readonly Font[];
}

/** @returns the bytes of a PNG file */
export type Draw = (drawing: Drawing) => Promise<Uint8Array>;

const FAMILIES = { defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' };

/**
 * This platform's own program; its work is done beside this thread, but for the packing.
 *
 * @throws Error where there is none for this platform, or it cannot be loaded
 */
export async function nativeDraw(): Promise<Draw> {
  const { renderAsync } = await import('@resvg/resvg-js');
  return async ({ svg, scale, fonts }) => {
    const image = await renderAsync(svg, {
      fitTo: { mode: 'zoom', value: scale },
      font: { loadSystemFonts: false, fontFiles: fonts.map(({ file }) => outsideArchive(file)), ...FAMILIES },
    });
    return image.asPng();
  };
}

/** Electron alone sees into an application's archive; fonts lie beside it as well (electron-builder.yml). */
export function outsideArchive(file: string): string {
  return file.replace(/\bapp\.asar(?=[\\/])/, 'app.asar.unpacked');
}

let started: Promise<typeof import('@resvg/resvg-wasm')> | null = null;

export async function wasmDraw(): Promise<Draw> {
  // It may be started once in a process.
  started ??= (async () => {
    const library = await import('@resvg/resvg-wasm');
    const file = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm');
    await library.initWasm(await readFile(file));
    return library;
  })();
  const { Resvg } = await started;
  return async ({ svg, scale, fonts }) => {
    const drawing = new Resvg(svg, {
      fitTo: { mode: 'zoom', value: scale },
      font: { fontBuffers: fonts.map(({ bytes }) => bytes), ...FAMILIES },
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
  };
}

/** The faster one that there is. */
export async function loadDraw(native: () => Promise<Draw> = nativeDraw): Promise<Draw> {
  return native().catch(wasmDraw);
}
