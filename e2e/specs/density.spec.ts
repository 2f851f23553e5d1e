/** The density that is chosen: lines really get lower, nothing in them is cut off, and what is pressed stays large enough. */
import type { Page } from '@playwright/test';
import { confirmChange } from '../pages/confirm-change.ts';
import { expect, test } from './app.ts';

/** Every screen that lists, on the demo engine: where, and what a line of it is. */
const LISTS: Readonly<Record<string, { readonly at: string; readonly line: string }>> = {
  containers: { at: '#/containers', line: '[data-testid="container-row"]' },
  projects: { at: '#/compose', line: '[data-testid="compose-row"]' },
  images: { at: '#/images', line: '[data-testid="image-row"]' },
  volumes: { at: '#/volumes', line: '[data-testid="volume-row"]' },
  networks: { at: '#/networks', line: '[data-testid="network-row"]' },
  files: { at: '#/containers/shop-db-1/files', line: '.data-row' },
  history: { at: '#/history', line: '[data-testid="history-row"]' },
  matrix: { at: '#/matrix', line: '[data-testid="active-cell"]' },
};
type Density = 'comfortable' | 'compact';
/** In CSS pixels: less is no difference that anybody chose. */
const LOWER = 4;

const goTo = (page: Page, hash: string): Promise<void> =>
  page.evaluate((next) => void (window.location.hash = next), hash);

async function choose(page: Page, density: Density): Promise<void> {
  await goTo(page, '#/settings');
  await page.getByTestId(`density-${density}`).click();
  await expect(page.locator('html')).toHaveAttribute('data-density', density);
}

async function open(page: Page, list: string): Promise<number> {
  const { at = '', line = '' } = LISTS[list] ?? {};
  await goTo(page, at);
  const first = page.getByRole('main').locator(line).first();
  await expect(first).toBeVisible();
  // What is measured has come to rest.
  let height = -1;
  await expect(async () => {
    const before = height;
    height = (await first.boundingBox())?.height ?? -1;
    expect(height).toBe(before);
  }).toPass({ timeout: 10_000 });
  return height;
}

/** Something for the history to tell. */
async function changeSomething(page: Page): Promise<void> {
  await goTo(page, '#/overview');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('isolate shop-db-1');
  await expect(page.getByRole('option', { selected: true })).toHaveAttribute('data-entry', /^isolate /);
  await page.keyboard.press('Enter');
  await confirmChange(page);
}

test('compact makes every list lower, cuts no text off, and leaves what is pressed large enough', async ({
  page,
  demo,
}) => {
  test.setTimeout(300_000);
  page.setDefaultTimeout(20_000);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(demo.url);
  await expect(page.getByTestId('overview')).toBeVisible();
  await changeSomething(page);
  const heights: Record<Density, Record<string, number>> = { comfortable: {}, compact: {} };
  for (const density of ['comfortable', 'compact'] as const) {
    await choose(page, density);
    for (const list of Object.keys(LISTS)) {
      heights[density][list] = await open(page, list);
      expect.soft(await page.evaluate(cutOff), `cut off in ${list}, ${density}`).toEqual([]);
      expect.soft(await page.evaluate(tooSmall), `too small in ${list}, ${density}`).toEqual([]);
    }
    await goTo(page, '#/settings');
    expect.soft(await page.evaluate(tooSmall), `too small in the settings, ${density}`).toEqual([]);
  }
  const asHigh = Object.keys(LISTS).filter(
    (list) => !((heights.compact[list] ?? NaN) <= (heights.comfortable[list] ?? NaN) - LOWER),
  );
  expect(asHigh, JSON.stringify(heights)).toEqual([]);
});

test('it is chosen by keyboard, which stays there, and outlasts a reload', async ({ page, demo }) => {
  await page.goto(demo.url);
  await page.getByTestId('nav-settings').click();
  const compact = page.getByTestId('density-compact');
  await page.getByTestId('density-comfortable').focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('html')).toHaveAttribute('data-density', 'compact');
  await expect(compact).toBeChecked();
  await expect(compact).toBeFocused();
  const line = await open(page, 'networks');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-density', 'compact');
  await expect.poll(() => open(page, 'networks')).toBe(line);
});

test('a list that has the keyboard keeps it, and its line in sight, when the density is changed elsewhere', async ({
  page,
  context,
  demo,
}) => {
  await page.goto(demo.url);
  const before = await open(page, 'containers');
  const other = await context.newPage();
  await other.goto(page.url());
  const grid = page.getByRole('grid', { name: 'Containers' });
  await page.bringToFront();
  await grid.focus();
  await page.keyboard.press('End');
  const active = grid.locator('[data-cursor="true"]');
  const name = await active.getAttribute('data-name');
  await choose(other, 'compact');
  await expect
    .poll(async () => (await page.getByTestId('container-row').last().boundingBox())?.height)
    .toBeLessThan(before);
  await expect(grid).toBeFocused();
  await expect(active).toHaveAttribute('data-name', name ?? '');
  await expect(active).toBeInViewport();
});

/** Text that its line or whatever else clips it does not show in full height.  Runs in the page. */
function cutOff(): readonly string[] {
  const TOLERANCE = 1;
  const clips = (element: Element): boolean => {
    const { overflowY } = getComputedStyle(element);
    return overflowY === 'hidden' || overflowY === 'clip' || element.classList.contains('data-line');
  };
  const walker = document.createTreeWalker(document.querySelector('main') ?? document.body, NodeFilter.SHOW_TEXT);
  const found: string[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { parentElement } = node;
    const text = node.textContent?.trim() ?? '';
    if (text === '' || !parentElement?.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const { top, bottom, width } = range.getBoundingClientRect();
    if (width <= 1) continue;
    for (let around: Element | null = parentElement; around; around = around.parentElement) {
      const scrolls = /auto|scroll/.test(getComputedStyle(around).overflowY);
      if (scrolls) break;
      if (!clips(around)) continue;
      const box = around.getBoundingClientRect();
      // What is only there for screen readers is a pixel large.
      if (box.width <= 1 || box.height <= 1) break;
      if (top < box.top - TOLERANCE || bottom > box.bottom + TOLERANCE) {
        found.push(`${text.slice(0, 30)} in ${around.className.split(' ').slice(0, 2).join('.')}`);
        break;
      }
    }
  }
  return [...new Set(found)];
}

/**
 * What is pressed and has less than 24 by 24 CSS pixels, nor that much room to itself: WCAG 2.5.8, whose exception are links in
 * the middle of a sentence.  Runs in the page.
 */
function tooSmall(): readonly string[] {
  const LEAST = 24;
  const PRESSED =
    'a[href], button, input, select, textarea, summary, :is([role="button"], [role="tab"], [role="menuitem"], [role="switch"])';
  const targets = [...document.querySelectorAll(PRESSED)]
    .filter((element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .map((element) => {
      // A label is pressed for its field.
      const label = element instanceof HTMLInputElement ? (element.labels?.[0] ?? null) : null;
      const boxes = [element, ...(label ? [label] : [])].map((one) => one.getBoundingClientRect());
      const [left, top] = [Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top))];
      const [right, bottom] = [Math.max(...boxes.map((box) => box.right)), Math.max(...boxes.map((box) => box.bottom))];
      return { element, left, top, right, bottom, w: right - left, h: bottom - top };
    })
    .filter(({ w, h }) => w > 1 && h > 1);
  type Target = (typeof targets)[number];
  const isSmall = ({ w, h }: Target): boolean => w < LEAST - 0.5 || h < LEAST - 0.5;
  const middle = ({ left, right, top, bottom }: Target) => ({ x: (left + right) / 2, y: (top + bottom) / 2 });
  const inSentence = ({ element }: Target): boolean =>
    element.tagName === 'A' &&
    getComputedStyle(element).display === 'inline' &&
    [...(element.parentElement?.childNodes ?? [])].some(
      (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim().length > 1,
    );
  const isCrowded = (one: Target, other: Target): boolean => {
    if (one === other || one.element.contains(other.element) || other.element.contains(one.element)) return false;
    const at = middle(one);
    if (isSmall(other)) {
      const there = middle(other);
      return Math.hypot(at.x - there.x, at.y - there.y) < LEAST - 0.5;
    }
    const [dx, dy] = [
      Math.max(other.left - at.x, 0, at.x - other.right),
      Math.max(other.top - at.y, 0, at.y - other.bottom),
    ];
    return Math.hypot(dx, dy) < LEAST / 2 - 0.5;
  };
  return targets
    .filter((one) => isSmall(one) && !inSentence(one) && targets.some((other) => isCrowded(one, other)))
    .map(({ element, w, h }) => {
      const name = element.getAttribute('aria-label') ?? element.textContent.trim();
      return `${element.tagName.toLowerCase()}.${element.className.toString().split(' ')[0] ?? ''} ${name.slice(0, 24)} ${w.toFixed(0)}×${h.toFixed(0)}`;
    });
}
