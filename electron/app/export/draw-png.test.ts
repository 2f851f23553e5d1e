/** The two makes of resvg must not differ by a byte: a diagram in git is drawn on any platform. */
import { access } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { CASES } from '../../../shared/diagram/test-topologies.ts';
import { buildDiagram } from '../../../shared/diagram/build.ts';
import { sheetOf } from '../../../shared/diagram/sheet.ts';
import { toSvg } from '../../../shared/diagram/svg.ts';
import { evaluate, explain } from '../../../shared/reachability/index.ts';
import { loadDraw, nativeDraw, outsideArchive, wasmDraw } from './draw-png.ts';
import { drawable } from './fonts.ts';
import { geometryOf } from './picture.ts';

const hasNative = await nativeDraw().then(
  () => true,
  () => false,
);

// Where a platform has no program of its own, there is nothing to compare with.
describe.skipIf(!hasNative)('drawn by the platform’s program and in WebAssembly', () => {
  it.each(Object.entries(CASES))('%s is the same file', async (_, { topology, denials }) => {
    const matrix = evaluate(topology, denials);
    const diagram = buildDiagram({
      topology,
      matrix,
      denials,
      explain: (from, to) => explain(topology, denials, from, to),
    });
    const sheet = sheetOf(diagram, await geometryOf(diagram));
    const { picture, fonts } = await drawable(sheet, { fonts: [], note: () => undefined });
    for (const [theme, scale] of [
      ['light', 1],
      ['dark', 1.7],
    ] as const) {
      const drawing = { svg: toSvg(picture, theme), scale, fonts: [fonts.regular, fonts.bold, ...fonts.others] };
      const [native, wasm] = await Promise.all([
        nativeDraw().then((draw) => draw(drawing)),
        wasmDraw().then((draw) => draw(drawing)),
      ]);
      expect(native.length).toBeGreaterThan(1000);
      expect(Buffer.from(native).equals(Buffer.from(wasm))).toBe(true);
    }
  });
});

describe('without a program for the platform', () => {
  it('it is drawn in WebAssembly', async () => {
    const draw = await loadDraw(() => Promise.reject(new Error('Cannot find native binding.')));
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="4" height="4"/></svg>';
    const png = Buffer.from(await draw({ svg, scale: 1, fonts: [] }));
    expect(png.equals(Buffer.from(await (await wasmDraw())({ svg, scale: 1, fonts: [] })))).toBe(true);
  });
});

describe('a font inside an application’s archive', () => {
  it('is read beside it', async () => {
    expect(outsideArchive('/opt/Bulkhead/resources/app.asar/resources/fonts/Inter-Regular.ttf')).toBe(
      '/opt/Bulkhead/resources/app.asar.unpacked/resources/fonts/Inter-Regular.ttf',
    );
    expect(outsideArchive(String.raw`C:\Bulkhead\resources\app.asar\resources\fonts\x.ttf`)).toBe(
      String.raw`C:\Bulkhead\resources\app.asar.unpacked\resources\fonts\x.ttf`,
    );
    const own = `${import.meta.dirname}/../../../resources/fonts/Inter-Regular.ttf`;
    expect(outsideArchive(own)).toBe(own);
    await access(own);
  });
});
