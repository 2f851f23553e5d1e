import { access } from 'node:fs/promises';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sketch } from '../../../shared/reachability/fixtures.ts';
import { CASES } from '../../../shared/diagram/test-topologies.ts';
import type { ExportRequest, Note } from './format.ts';
import { fontFilesFor } from './system-fonts.ts';
import { FORMATS, isFormat } from './formats.ts';
import { scaleOf } from './png.ts';
import { sourceOf } from './test-source.ts';

function request(more: Partial<ExportRequest> = {}): ExportRequest {
  return {
    scope: {},
    view: 'diagram',
    shown: {},
    theme: 'light',
    scale: 1,
    paper: 'a4',
    date: '2026-03-01',
    fonts: [],
    before: null,
    note: () => undefined,
    ...more,
  };
}

const TIERS = sourceOf(CASES['three-tiers'] ?? { topology: sketch({}), denials: [] });
const PROJECT = sourceOf(CASES['project'] ?? { topology: sketch({}), denials: [] });

describe('formats', () => {
  it.each(Object.keys(FORMATS))('%s gives the same bytes for the same topology', async (name) => {
    if (!isFormat(name)) throw new Error(name);
    // An override of Compose is for a project.
    const source = name === 'compose' ? PROJECT : TIERS;
    const once = await FORMATS[name].write(source, request());
    expect(once.length).toBeGreaterThan(50);
    expect(Buffer.from(await FORMATS[name].write(source, request()))).toEqual(Buffer.from(once));
  });

  it.each([{ network: 'front' }, { filter: 'web' }, { ids: ['one'] }])(
    'of Compose is refused for a part of a project: %j',
    (scope) => {
      const write = (): unknown => FORMATS.compose.write(PROJECT, request({ scope: { project: 'shop', ...scope } }));
      expect(write).toThrow(
        expect.objectContaining({ code: 'BAD_INPUT', hint: expect.stringContaining('--network and --filter') }),
      );
    },
  );

  it('of Compose is refused for a project that Compose did not make, with those that it did', () => {
    const topology = sketch({
      containers: {
        'shop-web-1': { on: 'shop', project: 'shop', service: 'web' },
        'till-web-1': { on: 'till', project: 'till', service: 'web' },
        'stack_web.1.x': { on: 'shop', project: 'stack' },
      },
    });
    const write = (project?: string): unknown =>
      FORMATS.compose.write(
        sourceOf({ topology, denials: [] }),
        request({ scope: project === undefined ? {} : { project } }),
      );
    const refused = (message: string): unknown =>
      expect.objectContaining({ code: 'BAD_INPUT', message, hint: 'Choose one with --project: shop, till.' });
    expect(() => write('stack')).toThrow(
      refused('Nothing of the project "stack" is a container of Compose, and an override is of those.'),
    );
    expect(() => write()).toThrow(refused('An override is of one project.'));
    expect(write('till')).toContain('"web":');
    const alone = sketch({ containers: { 'stack_web.1.x': { on: 'shop', project: 'stack' } } });
    for (const scope of [{}, { project: 'stack' }]) {
      expect(() => FORMATS.compose.write(sourceOf({ topology: alone, denials: [] }), request({ scope }))).toThrow(
        expect.objectContaining({ code: 'BAD_INPUT', message: 'There is no project of Compose here.' }),
      );
    }
  });

  it('knows only its own names', () => {
    expect([isFormat('svg'), isFormat('constructor'), isFormat('')]).toEqual([true, false, false]);
  });
});

describe('a PNG', () => {
  it.each([1, 2] as const)('has %d pixels to one of the picture, and colours of its theme', async (scale) => {
    const svg = String(await FORMATS.svg.write(TIERS, request()));
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
    const light = decodePng(await FORMATS.png.write(TIERS, request({ scale })));
    expect([light.width, light.height]).toEqual([Number(width) * scale, Number(height) * scale]);
    expect(light.corner).toEqual([255, 255, 255]);
    const dark = decodePng(await FORMATS.png.write(TIERS, request({ scale, theme: 'dark' })));
    expect(dark.corner).toEqual([15, 20, 25]);
  });

  it.each([
    { width: 1000, height: 1000, asked: 4, made: 4, told: [] },
    { width: 5509, height: 3500, asked: 2, made: 2, told: [] },
    { width: 5509, height: 3500, asked: 'auto', made: 1, told: [] },
    { width: 4000, height: 2000, asked: 'auto', made: 2, told: [] },
    { width: 4001, height: 2000, asked: 'auto', made: 1, told: [] },
    {
      width: 5509,
      height: 3500,
      asked: 4,
      made: 2.4947,
      told: ['At 4× the picture would be too large: it is made at 2.49×.'],
    },
    {
      width: 20_000,
      height: 20_000,
      asked: 1,
      made: 0.5477,
      told: ['At 1× the picture would be too large: it is made at 0.55×.'],
    },
  ] as const)('of $width × $height at $asked× is made at $made×', ({ width, height, asked, made, told }) => {
    const notes: string[] = [];
    const scale = scaleOf({ width, height }, { scale: asked, note: ({ message }) => void notes.push(message) });
    expect(scale).toBeCloseTo(made, 3);
    expect(width * height * scale ** 2).toBeLessThanOrEqual(120_000_001);
    expect(notes).toEqual(told);
  });

  it('tells which characters have no glyph', async () => {
    const notes: string[] = [];
    const topology = sketch({ containers: { 网: 'net' } });
    const told = { fonts: ['none'], note: ({ message }: Note) => void notes.push(message) };
    await FORMATS.png.write(sourceOf({ topology, denials: [] }), request(told));
    expect(notes).toEqual(['No font here has 网: boxes stand for them. Install one that has them.']);
  });

  it('takes a font of the machine for what ours lack, the same each time, and says which', async (context) => {
    const files = await Promise.all(
      (await fontFilesFor(0x7f51)).map((file) =>
        access(file).then(
          () => true,
          () => false,
        ),
      ),
    );
    if (!files.includes(true)) return context.skip('no font with 网 is installed (Debian: fonts-noto-cjk)');
    const source = sourceOf({ topology: sketch({ containers: { 网络: 'net', '🐳': 'net' } }), denials: [] });
    for (const format of ['png', 'pdf'] as const) {
      const notes: string[] = [];
      const told = { note: ({ message }: Note) => void notes.push(message) };
      const once = await FORMATS[format].write(source, request(told));
      expect(notes).toEqual([
        expect.stringMatching(/^Some names are drawn with \/.+ of this machine/),
        expect.stringMatching(/^No font here has 🐳:/),
      ]);
      expect(Buffer.from(await FORMATS[format].write(source, request()))).toEqual(Buffer.from(once));
      expect(Buffer.from(once)).not.toEqual(
        Buffer.from(await FORMATS[format].write(source, request({ fonts: ['none'] }))),
      );
    }
  });

  it('refuses a font that is none', async () => {
    await expect(FORMATS.png.write(TIERS, request({ fonts: [import.meta.filename] }))).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
  });
});

describe('a PDF', () => {
  it('is one sheet of the paper that was asked for, with its date', async () => {
    const text = async (paper: 'a4' | 'a3'): Promise<string> =>
      Buffer.from(await FORMATS.pdf.write(TIERS, request({ paper }))).toString('latin1');
    expect(await text('a4')).toMatch(/MediaBox \[0 0 841\.89 595\.28\]/);
    expect(await text('a3')).toMatch(/MediaBox \[0 0 1190\.55 841\.89\]/);
    expect(await text('a4')).toContain('(D:20260301000000Z)');
  });
});

/** Enough of PNG (8 bits, no interlace): its size, and its first pixel. */
function decodePng(bytes: string | Uint8Array): { width: number; height: number; corner: number[] } {
  const png = Buffer.from(bytes);
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    if (png.subarray(at + 4, at + 8).toString() === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const pixels = inflateSync(Buffer.concat(parts));
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20), corner: [...pixels.subarray(1, 4)] };
}
