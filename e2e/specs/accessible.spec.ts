/** Nothing serious for axe on any view and in any dialog, in both schemes; and all of it is there at double the size. */
import type { Page } from '@playwright/test';
import { SCREENS } from '../../renderer/src/lib/route.ts';
import { TOPICS } from '../../renderer/src/lib/topics.ts';
import { MatrixPage } from '../pages/matrix-page.ts';
import { expectAccessible } from './axe.ts';
import { expect, test } from './app.ts';

const CONTAINER = '#/containers/shop-db-1';
/** Every view that has an address of its own, on the demo engine. */
const VIEWS: readonly string[] = [
  ...SCREENS.map((screen) => `#/${screen}`),
  '#/matrix?view=diagram',
  '#/matrix/shop-web-1/shop-db-1',
  ...['logs', 'terminal', 'stats', 'files', 'network', 'mounts', 'environment', 'processes', 'health', 'inspect'].map(
    (tab) => `${CONTAINER}/${tab}`,
  ),
  '#/images/shop%2Fapi%3A2.4',
  '#/volumes/shop_uploads',
  '#/networks/shop_app',
  '#/compose/shop',
  '#/services/nodes',
  '#/services/names',
  '#/engine/disk',
  '#/engine/events',
  '#/engine/engines',
  ...TOPICS.map((topic) => `#/guide/${topic}`),
];

/** What opens over a view: where, and what is pressed. */
const DIALOGS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  'running a container': (page) => goTo(page, '#/containers?run='),
  palette: (page) => page.keyboard.press('Control+k'),
  shortcuts: (page) => page.keyboard.press('?'),
  'isolation of everything': async (page) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('isolate everything');
    await page.keyboard.press('Enter');
  },
  export: async (page) => {
    await goTo(page, '#/matrix');
    await page.getByTestId('export').click();
  },
  'a remedy': (page) => page.locator('[data-remedy]').first().click(),
};
const POPOVERS = ['engine', 'guard', 'language', 'scheme'] as const;

const goTo = (page: Page, hash: string): Promise<void> =>
  page.evaluate((next) => void (window.location.hash = next), hash);

/** Nothing is loading any more. */
async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('main')).not.toBeEmpty();
  await expect(page.locator('main .face .mantine-Loader-root')).toHaveCount(0);
}

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`in ${scheme}`, () => {
    test.use({ colorScheme: scheme, reducedMotion: 'reduce' });

    test('every view is accessible', async ({ page, demo }) => {
      test.setTimeout(400_000);
      await page.goto(demo.url);
      await expect(page.getByTestId('overview')).toBeVisible();
      for (const view of VIEWS) {
        await test.step(view, async () => {
          await goTo(page, view);
          await settled(page);
          await expectAccessible(page);
        });
      }
    });

    test('so is what opens over them', async ({ page, demo }) => {
      await page.goto(demo.url);
      for (const [name, open] of Object.entries(DIALOGS)) {
        await test.step(name, async () => {
          await goTo(page, '#/overview');
          await expect(page.getByTestId('overview')).toBeVisible();
          await open(page);
          await expect(page.getByRole('dialog')).toBeVisible();
          await expectAccessible(page);
          // The first may close what is open inside of it.
          await expect(async () => {
            await page.keyboard.press('Escape');
            await expect(page.getByRole('dialog')).toHaveCount(0, { timeout: 1000 });
          }).toPass();
        });
      }
      for (const name of POPOVERS) {
        await test.step(name, async () => {
          await page.getByTestId(name).click();
          await expectAccessible(page);
          await page.keyboard.press('Escape');
        });
      }
    });

    test('and a block from its plan to its end', async ({ page, demo }) => {
      const matrix = new MatrixPage(page);
      await matrix.open(demo.url);
      await matrix.click('shop-web-1', 'shop-db-1');
      await expectAccessible(page);
      await matrix.change('block');
      await expectAccessible(page);
      await matrix.showContainers();
      await expectAccessible(page);
    });
  });
}

for (const locale of ['en', 'zh-CN'] as const) {
  test.describe(`at double the size, in ${locale}`, () => {
    // What a window of 1280 by 800 has left when everything in it is twice as large.
    test.use({ viewport: { width: 640, height: 400 }, locale });

    test('nothing is cut off to the side, and what there is can be reached', async ({ page, demo }) => {
      test.setTimeout(300_000);
      await page.goto(demo.url);
      await expect(page.getByTestId('overview')).toBeVisible();
      for (const view of VIEWS) {
        await test.step(view, async () => {
          await goTo(page, view);
          await settled(page);
          expect(await page.evaluate(beyondTheEdge)).toEqual([]);
        });
      }
    });

    test('nor in what opens over them', async ({ page, demo }) => {
      test.setTimeout(300_000);
      page.setDefaultTimeout(20_000);
      await page.goto(demo.url);
      for (const [name, open] of Object.entries(DIALOGS)) {
        // In the language of the palette.
        if (locale !== 'en' && name === 'isolation of everything') continue;
        await test.step(name, async () => {
          await goTo(page, '#/overview');
          await expect(page.getByTestId('overview')).toBeVisible();
          await open(page);
          await expect(page.getByRole('dialog')).toBeVisible();
          // Plans and previews come a moment later.
          await expect.poll(() => page.evaluate(beyondTheEdge)).toEqual([]);
          await expect(async () => {
            await page.keyboard.press('Escape');
            await expect(page.getByRole('dialog')).toHaveCount(0, { timeout: 1000 });
          }).toPass({ timeout: 20_000 });
        });
      }
      for (const name of POPOVERS) {
        await test.step(name, async () => {
          await page.getByTestId(name).click();
          await expect.poll(() => page.evaluate(beyondTheEdge)).toEqual([]);
          await page.keyboard.press('Escape');
        });
      }
    });
  });
}

test('a history longer than the window is scrolled by wheel and by keyboard', async ({ page, demo }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  await matrix.click('shop-web-1', 'shop-db-1');
  await matrix.change('block');
  await page.setViewportSize({ width: 1280, height: 150 });
  await goTo(page, '#/history');
  const row = page.getByTestId('history-row').last();
  const seen = async (): Promise<boolean> =>
    ((await row.boundingBox())?.y ?? NaN) + ((await row.boundingBox())?.height ?? NaN) <= 150;
  await expect(row).toBeAttached();
  expect(await seen()).toBe(false);
  await row.hover();
  await page.mouse.wheel(0, 400);
  await expect.poll(seen).toBe(true);
  await page.mouse.wheel(0, -400);
  await expect.poll(seen).toBe(false);
  await page.getByRole('region').focus();
  await page.keyboard.press('End');
  await expect.poll(seen).toBe(true);
});

/** Buttons, links, fields and headings that stick out of the window, whichever way, and that no scrolling brings in.  Runs in the page. */
function beyondTheEdge(): readonly string[] {
  const scrolls = (element: Element, axis: 'X' | 'Y'): boolean => {
    for (let around = element.parentElement; around; around = around.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(around);
      const overflow = axis === 'X' ? overflowX : overflowY;
      const room = axis === 'X' ? around.scrollWidth - around.clientWidth : around.scrollHeight - around.clientHeight;
      if ((overflow === 'auto' || overflow === 'scroll') && room > 0) return true;
    }
    return false;
  };
  const { scrollWidth, clientWidth } = document.documentElement;
  const found = [
    ...document.querySelectorAll(
      'main :is(a, button, input, select, textarea, h2, h3), header :is(a, button), nav a, [role="dialog"] :is(a, button, input, select, textarea, h2, h3), [role="menuitem"]',
    ),
  ].filter((element) => {
    const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
    if (width <= 1 || height <= 1 || !element.checkVisibility({ visibilityProperty: true })) return false;
    const isBeside = right > window.innerWidth + 1 || left < -1;
    const isBelow = bottom > window.innerHeight + 1 || top < -1;
    return (isBeside && !scrolls(element, 'X')) || (isBelow && !scrolls(element, 'Y'));
  });
  return [
    ...(scrollWidth > clientWidth ? [`the page itself, ${String(scrollWidth)} pixels wide`] : []),
    ...found.map((element) => `${element.tagName.toLowerCase()} ${element.textContent.trim().slice(0, 40)}`),
  ];
}
