/** `npm run screenshots`: makes the README's pictures from the built app on a real private engine. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser } from '@playwright/test';
import { startEngine } from '../engines/engine.ts';
import { buildFixture } from '../fixture/topology.ts';
import { MatrixPage } from '../pages/matrix-page.ts';
import { serveApp } from '../specs/app.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'pictures');
const SIZE = { width: 1280, height: 800 };

interface Picture {
  readonly name: string;
  readonly scheme: 'light' | 'dark';
  readonly language: 'en' | 'zh-CN';
  readonly pose: (matrix: MatrixPage) => Promise<void>;
}

const still = async (matrix: MatrixPage): Promise<void> => void (await matrix.goTo('web', 'api'));
const blocked = async (matrix: MatrixPage): Promise<void> => {
  await matrix.click('web', 'proxy');
  await matrix.explain.getByTestId('verify').click();
  await matrix.explain.getByTestId('verified').waitFor({ timeout: 60_000 });
};
const diagram = async (matrix: MatrixPage): Promise<void> => {
  await matrix.page.evaluate(() => (window.location.hash = '#/matrix?view=diagram'));
  await matrix.page.locator('[data-testid="diagram"]:not([data-nodes="0"])').waitFor();
};

const overview = async ({ page }: MatrixPage): Promise<void> => {
  await page.getByTestId('nav-overview').click();
  await page.getByTestId('machine').getByRole('meter').first().waitFor({ timeout: 60_000 });
};

const PICTURES: readonly Picture[] = [
  { name: 'overview-light', scheme: 'light', language: 'en', pose: overview },
  { name: 'matrix-light', scheme: 'light', language: 'en', pose: still },
  { name: 'matrix-dark', scheme: 'dark', language: 'en', pose: still },
  { name: 'explain-light', scheme: 'light', language: 'en', pose: blocked },
  { name: 'explain-dark-zh', scheme: 'dark', language: 'zh-CN', pose: blocked },
  { name: 'diagram-light', scheme: 'light', language: 'en', pose: diagram },
  { name: 'containers-light', scheme: 'light', language: 'en', pose: (matrix) => matrix.showContainers() },
];

async function take(browser: Browser, address: string, picture: Picture, first: boolean): Promise<void> {
  const app = await serveApp(address);
  const page = await browser.newPage({
    viewport: SIZE,
    colorScheme: picture.scheme,
    locale: picture.language,
    reducedMotion: 'reduce',
  });
  try {
    // Functions that tsx has compiled call this to keep their names; those that are sent to the page find it there.
    await page.addInitScript('globalThis.__name ??= (value) => value');
    const matrix = new MatrixPage(page);
    await matrix.open(app.url);
    await matrix.click('web', 'proxy');
    // Each app has a policy of its own and starts without rules.
    await matrix.change('block');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await picture.pose(matrix);
    await page.screenshot({ path: join(FOLDER, `${picture.name}.png`) });
    process.stdout.write(`${first ? `Pictures in ${FOLDER}:\n` : ''}${picture.name}.png\n`);
  } finally {
    await page.close();
    await app.stop();
  }
}

const engine = await startEngine({ version: '28.5', name: 'screenshots' });
try {
  await mkdir(FOLDER, { recursive: true });
  await buildFixture(engine);
  const browser = await chromium.launch({
    executablePath: process.env['BULKHEAD_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    for (const [index, picture] of PICTURES.entries()) await take(browser, engine.url, picture, index === 0);
  } finally {
    await browser.close();
  }
} finally {
  await engine.stop();
}
