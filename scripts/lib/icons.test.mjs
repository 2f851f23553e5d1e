import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { APP_SIZES, drawIcons, MOODS } from './icons.mjs';
import { readPng } from './read-png.mjs';
import { ROOT } from './root.mjs';

const FOLDER = join(ROOT, 'resources', 'icons');
const read = (name) => readFileSync(join(FOLDER, name));

/** @returns {{ width: number, height: number, opaque: number, clear: number, colours: number }} `opaque` and `clear` count pixels */
function decode(png) {
  const { width, height, pixels } = readPng(png);
  const alpha = Array.from({ length: width * height }, (_, index) => pixels[4 * index + 3]);
  return {
    width,
    height,
    opaque: alpha.filter((one) => one === 255).length,
    clear: alpha.filter((one) => one === 0).length,
    colours: new Set(alpha.map((_, index) => pixels.readUInt32BE(4 * index))).size,
  };
}

describe('the icons', () => {
  let drawn;
  beforeAll(async () => (drawn = await drawIcons()));

  it('are those that the mark gives now', () => {
    const there = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(FOLDER, join(entry.parentPath, entry.name)).split(sep).join('/'));
    expect(there.toSorted()).toEqual([...drawn.keys()].toSorted());
    const stale = there.filter((name) => !read(name).equals(drawn.get(name)));
    expect(stale, 'run node scripts/icons.mjs').toEqual([]);
  });

  it.each(APP_SIZES)('show the app in %i pixels', (size) => {
    const { width, height, opaque, clear, colours } = decode(read(`app/${size}x${size}.png`));
    expect([width, height]).toEqual([size, size]);
    // A tile with round corners: mostly there, clear at its corners.
    expect(opaque).toBeGreaterThan(0.85 * size * size);
    expect(clear).toBeGreaterThan(0);
    expect(colours).toBeGreaterThan(4);
  });

  it.each(
    MOODS.flatMap((mood) => [
      [mood, 24, 16, ''],
      [mood, 48, 32, '@2x'],
    ]),
  )('show the mood %s in the tray, in %i pixels and as a template of %i', (mood, size, template, scale) => {
    expect(decode(read(`tray-${mood}${scale}.png`))).toMatchObject({ width: size, height: size });
    const { width, height, opaque, clear } = decode(read(`tray-${mood}Template${scale}.png`));
    expect([width, height]).toEqual([template, template]);
    // A mark of thin lines: at sixteen pixels only few are wholly covered.
    expect(opaque).toBeGreaterThan(template / 2);
    expect(clear).toBeGreaterThan(template * 4);
  });

  it('tell the moods apart', () => {
    for (const kind of ['', 'Template']) {
      expect(new Set(MOODS.map((mood) => read(`tray-${mood}${kind}@2x.png`).toString('base64'))).size).toBe(
        MOODS.length,
      );
    }
  });

  it('of Windows are one file with each size', () => {
    const ico = read('app.ico');
    const count = ico.readUInt16LE(4);
    const pictures = Array.from({ length: count }, (_, index) => {
      const [length, offset] = [ico.readUInt32LE(6 + 16 * index + 8), ico.readUInt32LE(6 + 16 * index + 12)];
      const { width } = decode(ico.subarray(offset, offset + length));
      expect(ico[6 + 16 * index]).toBe(width % 256);
      return width;
    });
    expect(pictures).toEqual([16, 24, 32, 48, 64, 128, 256]);
  });

  it('of macOS are one file with each size', () => {
    const icns = read('app.icns');
    expect([icns.toString('latin1', 0, 4), icns.readUInt32BE(4)]).toEqual(['icns', icns.length]);
    const sizes = {};
    for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) {
      const length = icns.readUInt32BE(at + 4);
      sizes[icns.toString('latin1', at, at + 4)] = decode(icns.subarray(at + 8, at + length)).width;
    }
    expect(sizes).toEqual({
      icp4: 16,
      icp5: 32,
      ic07: 128,
      ic08: 256,
      ic09: 512,
      ic10: 1024,
      ic11: 32,
      ic12: 64,
      ic13: 256,
      ic14: 512,
    });
  });
});
