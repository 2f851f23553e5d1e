/** What of the tray's icons is seen, measured on their pixels: on light and on dark panels, and without any colour. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MOODS } from './icons.mjs';
import { readPng } from './read-png.mjs';
import { ROOT } from './root.mjs';

/** WCAG 1.4.11, for what a picture needs to be understood. */
const ENOUGH = 3;
const PANELS = { light: 0xf3, dark: 0x20 };
/** Where the mark is, in its square of 32. */
const TILE = [2.5, 16];
const STROKES = { wall: [16, 10], 'lit cell': [9, 11], 'other lit cell': [9, 21], 'dark cell': [23, 9.5] };
/** Of a badge: its middle, a place on its paper and one on its sign. */
const BADGES = {
  shut: { middle: [24, 24], paper: [18.5, 24], sign: [24, 26] },
  alert: { middle: [23, 24], paper: [20.3, 26.5], sign: [23, 22] },
  away: { middle: [24, 24], paper: [19, 24], sign: [24, 24] },
};
/** How far from its middle a badge ends, corners and all. */
const REACH = 10;
/** How much of two pictures must differ when only dark and bright are left: some twelve pixels of the smallest. */
const APART = 0.02;

const read = (name) => readPng(readFileSync(join(ROOT, 'resources', 'icons', `${name}.png`)));

/** @returns relative luminance (0 to 1) at a place in the square of 32, on a panel of this grey; outside it is the panel */
function luminance({ width, height, pixels }, panel, [x, y]) {
  const [column, row] = [Math.floor((x * width) / 32), Math.floor((y * height) / 32)];
  const isInside = column >= 0 && row >= 0 && column < width && row < height;
  const at = 4 * (row * width + column);
  const opacity = isInside ? pixels[at + 3] / 255 : 0;
  const [red, green, blue] = [0, 1, 2].map((channel) => {
    const shown = (opacity * (isInside ? pixels[at + channel] : 0) + (1 - opacity) * panel) / 255;
    return shown <= 0.04045 ? shown / 12.92 : ((shown + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

const looks = MOODS.flatMap((mood) =>
  ['', '@2x'].flatMap((scale) => Object.keys(PANELS).map((panel) => [mood, scale, panel])),
);

describe('the icon of the tray', () => {
  it.each(looks)('for %s%s stands out on a %s panel, and what is drawn on it from it', (mood, scale, panel) => {
    const picture = read(`tray-${mood}${scale}`);
    const at = (place) => luminance(picture, PANELS[panel], place);
    const tile = at(TILE);
    const weak = Object.entries({
      'tile on the panel': contrast(tile, at([-1, -1])),
      ...Object.fromEntries(Object.entries(STROKES).map(([name, place]) => [name, contrast(at(place), tile)])),
    }).filter(([, ratio]) => !(ratio >= ENOUGH));
    expect(weak).toEqual([]);
  });

  it.each(looks.filter(([mood]) => mood in BADGES))(
    'for %s%s on a %s panel has a badge that ends somewhere, and a sign on it',
    (mood, scale, panel) => {
      const picture = read(`tray-${mood}${scale}`);
      const { middle, paper, sign } = BADGES[mood];
      const at = (place) => luminance(picture, PANELS[panel], place);
      const ground = at(paper);
      expect(contrast(at(sign), ground)).toBeGreaterThanOrEqual(ENOUGH);
      // Poured out on its paper, a colour would run over everything that cannot be told from it.
      const step = 32 / picture.width;
      const seen = new Set();
      const next = [paper.map((one) => Math.floor(one / step))];
      for (let place = next.pop(); place; place = next.pop()) {
        const [column, row] = place;
        const centre = place.map((one) => (one + 0.5) * step);
        const isInside = place.every((one) => one >= -1 && one <= picture.width);
        if (!isInside || seen.has(String(place)) || contrast(at(centre), ground) >= ENOUGH) continue;
        seen.add(String(place));
        next.push([column - 1, row], [column + 1, row], [column, row - 1], [column, row + 1]);
      }
      const runsOut = [...seen].filter((place) => {
        const [x, y] = place.split(',').map((one) => (Number(one) + 0.5) * step);
        return Math.hypot(x - middle[0], y - middle[1]) > REACH;
      });
      expect(seen.size).toBeGreaterThan(8);
      expect(runsOut, 'pixels outside the badge').toEqual([]);
    },
  );

  const pairs = MOODS.flatMap((one, index) => MOODS.slice(index + 1).map((other) => [one, other]));

  it.each(pairs)('tells %s from %s by shape alone', (...moods) => {
    for (const scale of ['', '@2x']) {
      const shapes = moods.map((mood) => {
        const picture = read(`tray-${mood}${scale}`);
        const at = (place) => luminance(picture, PANELS.light, place);
        const tile = at(TILE);
        // Bright, dark, or neither, beside the tile: what a tile of another grey would add does not count.
        return eachPixel(picture).map((place) => {
          const one = at(place);
          return contrast(one, tile) < ENOUGH ? 0 : Math.sign(one - tile);
        });
      });
      expect(apart(shapes), `in colour${scale}`).toBeGreaterThan(APART);
      const masks = moods.map((mood) => {
        const { width, height, pixels } = read(`tray-${mood}Template${scale}`);
        return Array.from({ length: width * height }, (_, index) => (pixels[4 * index + 3] >= 128 ? 1 : 0));
      });
      expect(apart(masks), `as a template${scale}`).toBeGreaterThan(APART);
    }
  });
});

/** Middles of pixels, in the square of 32. */
function eachPixel({ width, height }) {
  return Array.from({ length: width * height }, (_, index) => [
    ((index % width) + 0.5) * (32 / width),
    (Math.floor(index / width) + 0.5) * (32 / height),
  ]);
}

/** @returns share of the places at which two shapes of one size are not the same */
function apart([one, other]) {
  return one.filter((value, index) => value !== other[index]).length / one.length;
}
