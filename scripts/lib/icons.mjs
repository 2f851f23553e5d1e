/**
 * The icons of the desktop app, all drawn from the one mark in `renderer/public/favicon.svg`: the app's picture in every size that
 * systems ask for, and the tray's for every mood, in colour (one that light and dark panels let be seen alike) and as macOS's menu
 * bar wants them.  Drawn by resvg, which gives the same bytes on every machine.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './root.mjs';

const SOURCE = join(ROOT, 'renderer', 'public', 'favicon.svg');

/** Edges in pixels. */
export const APP_SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256];
/** What Apple calls each size; the second half are those of screens with two pixels to a point. */
const ICNS_TYPES = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
  ['ic11', 32],
  ['ic12', 64],
  ['ic13', 256],
  ['ic14', 512],
];

/** As in the source: tile, wall, the cells left of it and right of it. */
const COLOURS = ['#123c55', '#ffb59a', '#9ad0f0', '#5b7d92'];

/**
 * In the same order, for panels.  Which colour a panel has nothing tells for sure: a desktop of light windows may have a dark one, as
 * GNOME's and Windows's own are.  So the tile is as bright as both let it be: it, and all that is drawn on it, has 3:1 to what is
 * around it on a light panel and on a dark one.
 */
const ON_PANELS = ['#2274a5', '#ffdccd', '#c9e9fb', '#06141c'];
const ON_PANELS_AWAY = ['#666f77', '#ffffff', '#e8ecef', '#06141c'];
/** Around a badge, which is as bright as a light panel. */
const RING = '#06141c';

const DISC = 'M24 16a8 8 0 1 0 0.01 0z';
const TRIANGLE = 'M23 13.5l9 17H14z';
/** In colour: leaves room for the ring. */
const RINGED_DISC = 'M24 17a7 7 0 1 0 0.01 0z';
const RINGED_TRIANGLE = 'M23 14l7.6 15H15.4z';
/** Told apart by their shapes, not by colour alone: what lies over the mark, and what is drawn on it. */
const BADGES = {
  shut: {
    shape: DISC,
    ringed: RINGED_DISC,
    around: 'M24 14.5a9.5 9.5 0 1 0 0.01 0z',
    sign: (ink) =>
      `<path d="M21 23v-2a3 3 0 0 1 6 0v2" stroke="${ink}" stroke-width="2" fill="none"/>` +
      `<rect x="19.8" y="23" width="8.4" height="6" rx="1" fill="${ink}"/>`,
    colours: ['#ffffff', '#123c55'],
  },
  alert: {
    shape: TRIANGLE,
    ringed: RINGED_TRIANGLE,
    around: 'M23 10l11.5 22H11.5z',
    sign: (ink) => `<path d="M22 19h2.2v6H22zM22 26.4h2.2v2.2H22z" fill="${ink}"/>`,
    colours: ['#ffd43b', '#5c1a00'],
  },
  away: {
    shape: DISC,
    ringed: RINGED_DISC,
    around: 'M24 14.5a9.5 9.5 0 1 0 0.01 0z',
    sign: (ink) => `<path d="M20.5 20.5l7 7M27.5 20.5l-7 7" stroke="${ink}" stroke-width="2.4"/>`,
    colours: ['#ffffff', '#2b343b'],
  },
};
/** `calm`: nothing to tell. */
export const MOODS = ['calm', ...Object.keys(BADGES)];

/**
 * @returns {Promise<Map<string, Buffer>>} every file of `resources/icons`, by its path in there
 */
export async function drawIcons() {
  const mark = inside(await readFile(SOURCE, 'utf8'));
  const draw = await painter();
  const app = new Map(APP_SIZES.map((size) => [size, draw(mark, size)]));
  const files = new Map();
  for (const mood of MOODS) {
    files.set(`tray-${mood}.png`, draw(inColour(mark, mood), 24));
    files.set(`tray-${mood}@2x.png`, draw(inColour(mark, mood), 48));
    files.set(`tray-${mood}Template.png`, draw(asTemplate(mark, mood), 16));
    files.set(`tray-${mood}Template@2x.png`, draw(asTemplate(mark, mood), 32));
  }
  for (const [size, png] of app) files.set(`app/${size}x${size}.png`, png);
  files.set('app.png', app.get(1024));
  files.set('app.ico', icoOf(ICO_SIZES.map((size) => ({ size, png: app.get(size) }))));
  files.set('app.icns', icnsOf(ICNS_TYPES.map(([type, size]) => ({ type, png: app.get(size) }))));
  return files;
}

/** @param {string} svg */
function inside(svg) {
  const body = /<svg[^>]*viewBox="0 0 32 32"[^>]*>(.*)<\/svg>/s.exec(svg)?.[1];
  if (body === undefined || COLOURS.some((colour) => !body.includes(colour))) {
    throw new Error(`${SOURCE} is not the mark in a square of 32 with the colours ${COLOURS.join(', ')}.`);
  }
  return body;
}

/** @param {string} mark @param {readonly string[]} colours */
function recoloured(mark, colours) {
  return COLOURS.reduce((text, colour, index) => text.replaceAll(colour, colours[index]), mark);
}

/** @param {string} mark @param {string} mood */
function inColour(mark, mood) {
  const base = recoloured(mark, mood === 'away' ? ON_PANELS_AWAY : ON_PANELS);
  const badge = BADGES[mood];
  if (!badge) return base;
  const [paper, ink] = badge.colours;
  const ring = `<path d="${badge.ringed}" fill="none" stroke="${RING}" stroke-width="3" stroke-linejoin="round"/>`;
  return `${base}${ring}<path d="${badge.ringed}" fill="${paper}"/>${badge.sign(ink)}`;
}

/** Black and clear, without the tile: macOS colours it. @param {string} mark @param {string} mood */
function asTemplate(mark, mood) {
  const all = recoloured(mark.replace(/<rect width="32"[^>]*>/, ''), ['none', '#000', '#000', '#00000088']);
  const badge = BADGES[mood];
  if (!badge) return all;
  const white = '<rect width="32" height="32" fill="#fff"/>';
  // Clear around the badge, which keeps it apart from the mark, and where its sign is.
  return (
    `<mask id="around">${white}<path d="${badge.around}" fill="#000"/></mask><g mask="url(#around)">${all}</g>` +
    `<mask id="sign">${white}${badge.sign('#000')}</mask><g mask="url(#sign)"><path d="${badge.shape}"/></g>`
  );
}

/** @returns {Promise<(body: string, size: number) => Buffer>} draws into a clear square of that many pixels, as PNG */
async function painter() {
  const { initWasm, Resvg } = await library();
  const file = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm');
  painting ??= initWasm(await readFile(file));
  await painting;
  return (body, size) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${body}</svg>`;
    return Buffer.from(new Resvg(svg, { fitTo: { mode: 'width', value: size } }).render().asPng());
  };
}
let painting;

/** A copy of the library for this module alone: it may be begun once, and whoever else is in the process begins theirs. */
function library() {
  const own = new URL('index.mjs?icons', pathToFileURL(createRequire(import.meta.url).resolve('@resvg/resvg-wasm')));
  return import(/* @vite-ignore */ own.href);
}

/** Windows: a directory, then the pictures. @param {readonly { size: number, png: Buffer }[]} pictures */
function icoOf(pictures) {
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let offset = head.length;
  for (const [index, { size, png }] of pictures.entries()) {
    const at = 6 + 16 * index;
    // 256 does not fit into its byte and is written as 0.
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += png.length;
  }
  return Buffer.concat([head, ...pictures.map(({ png }) => png)]);
}

/** macOS: named parts, each with its length. @param {readonly { type: string, png: Buffer }[]} pictures */
function icnsOf(pictures) {
  const part = (type, content) => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(8 + content.length, 4);
    return Buffer.concat([head, content]);
  };
  return part('icns', Buffer.concat(pictures.map(({ type, png }) => part(type, png))));
}
