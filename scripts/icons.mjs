/**
 * Draws `resources/icons`: the app's picture, and the tray's for every mood, in colour and as macOS's menu bar wants them.
 *
 *   node scripts/icons.mjs
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { ROOT } from './lib/root.mjs';

const FOLDER = join(ROOT, 'resources', 'icons');

const mark = (wall, left, right) =>
  `<path d="M14.5 5h3v22h-3z" fill="${wall}"/><path d="M6 8h6v6H6zM6 18h6v6H6z" fill="${left}"/>` +
  `<path d="M20 8h6v6h-6zM20 18h6v6h-6z" fill="${right}"/>`;
const tile = (colour) => `<rect x="1" y="1" width="30" height="30" rx="7" fill="${colour}"/>`;

const DISC = 'M24 16a8 8 0 1 0 0.01 0z';
const TRIANGLE = 'M23 13.5l9 17H14z';
/** Told apart by their shapes, not by colour alone: what lies over the mark, and what is drawn on it. */
const BADGES = {
  shut: {
    shape: DISC,
    around: 'M24 14.5a9.5 9.5 0 1 0 0.01 0z',
    sign: (ink) =>
      `<path d="M21 23v-2a3 3 0 0 1 6 0v2" stroke="${ink}" stroke-width="1.6" fill="none"/>` +
      `<rect x="19.8" y="23" width="8.4" height="6" rx="1" fill="${ink}"/>`,
    colours: ['#ffffff', '#123c55'],
  },
  alert: {
    shape: TRIANGLE,
    around: 'M23 10l11.5 22H11.5z',
    sign: (ink) => `<path d="M22 19h2.2v6H22zM22 26.4h2.2v2.2H22z" fill="${ink}"/>`,
    colours: ['#ffd43b', '#5c1a00'],
  },
  away: {
    shape: DISC,
    around: 'M24 14.5a9.5 9.5 0 1 0 0.01 0z',
    sign: (ink) => `<path d="M20.5 20.5l7 7M27.5 20.5l-7 7" stroke="${ink}" stroke-width="2.4"/>`,
    colours: ['#ffffff', '#5b6670'],
  },
};

/** @param {string} mood */
function inColour(mood) {
  const base =
    mood === 'away'
      ? tile('#5b6670') + mark('#e8ecef', '#c3cbd1', '#9aa4ac')
      : tile('#123c55') + mark('#ffb59a', '#9ad0f0', '#5b7d92');
  const badge = BADGES[mood];
  if (!badge) return base;
  const [paper, ink] = badge.colours;
  return `${base}<path d="${badge.shape}" fill="${paper}"/>${badge.sign(ink)}`;
}

/** Black and clear: macOS colours it. @param {string} mood */
function asTemplate(mood) {
  const all = mark('#000', '#000', '#0008');
  const badge = BADGES[mood];
  if (!badge) return all;
  const white = '<rect width="32" height="32" fill="#fff"/>';
  // Clear around the badge, which keeps it apart from the mark, and where its sign is.
  return (
    `<mask id="around">${white}<path d="${badge.around}" fill="#000"/></mask><g mask="url(#around)">${all}</g>` +
    `<mask id="sign">${white}${badge.sign('#000')}</mask><g mask="url(#sign)"><path d="${badge.shape}"/></g>`
  );
}

await mkdir(FOLDER, { recursive: true });
const executablePath = process.env.BULKHEAD_CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();

/** @param {string} file @param {number} size of an edge in pixels @param {string} body in a square of 32 */
async function draw(file, size, body) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    '<style>body{margin:0}svg{display:block}</style>' +
      `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 32 32">${body}</svg>`,
  );
  await page.screenshot({ path: join(FOLDER, file), omitBackground: true });
}

for (const mood of ['calm', ...Object.keys(BADGES)]) {
  await draw(`tray-${mood}.png`, 24, inColour(mood));
  await draw(`tray-${mood}@2x.png`, 48, inColour(mood));
  await draw(`tray-${mood}Template.png`, 16, asTemplate(mood));
  await draw(`tray-${mood}Template@2x.png`, 32, asTemplate(mood));
}
await draw('app.png', 1024, inColour('calm'));
await browser.close();
