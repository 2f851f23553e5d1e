/** Every view of the app, how a spec goes there, and what of it could not be seen. */
import { expect, type Page } from '@playwright/test';
import { SCREENS } from '../../renderer/src/lib/route.ts';
import { TOPICS } from '../../renderer/src/lib/topics.ts';

const CONTAINER = '#/containers/shop-db-1';
/** Every view that has an address of its own, on the demo engine. */
export const VIEWS: readonly string[] = [
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
export const DIALOGS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  'running a container': (page) => goTo(page, '#/containers?run='),
  'loading images': (page) => goTo(page, '#/images?do=load'),
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
/** Panels of the header; that of what is under way is there after `makeJob`. */
export const POPOVERS = ['engine', 'guard', 'activity', 'language', 'scheme'] as const;

/** Has the demo engine something to tell of what was under way. */
export async function makeJob(page: Page): Promise<void> {
  await goTo(page, '#/images?do=pull');
  await page.getByTestId('pull-name').fill('made/up:1');
  await page.getByTestId('form-submit').click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByTestId('activity')).toHaveAttribute('data-running', '0', { timeout: 60_000 });
}

export const goTo = (page: Page, hash: string): Promise<void> =>
  page.evaluate((next) => void (window.location.hash = next), hash);

/** By Escape; the first may close what is open inside of it. */
export async function closeDialog(page: Page): Promise<void> {
  await expect(async () => {
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0, { timeout: 1000 });
  }).toPass({ timeout: 20_000 });
}

/** Nothing is loading any more. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('main')).not.toBeEmpty();
  await expect(page.locator('main .face .mantine-Loader-root')).toHaveCount(0);
}

/** Buttons, links, fields and headings that stick out of the window, whichever way, and that no scrolling brings in.  Runs in the page. */
export function beyondTheEdge(): readonly string[] {
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
