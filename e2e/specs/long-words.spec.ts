/** Languages have longer words than English, and engines longer names: nothing is pushed out of the window, cut, or laid over another. */
import type { Page } from '@playwright/test';
import { TEST_IMAGE } from '../fixture/image.ts';
import { expect, test } from './app.ts';
import { beyondTheEdge, closeDialog, DIALOGS, goTo, makeJob, POPOVERS, settled, VIEWS } from './views.ts';

test('with every word half as long again, all is still there', async ({ page, demo }) => {
  test.setTimeout(400_000);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(demo.url);
  await expect(page.getByTestId('overview')).toBeVisible();
  for (const view of VIEWS) {
    await test.step(view, async () => {
      await goTo(page, view);
      await settled(page);
      await expectRoom(page, view);
    });
  }
});

test('and in what opens over them', async ({ page, demo }) => {
  test.setTimeout(200_000);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(demo.url);
  for (const [name, open] of Object.entries(DIALOGS)) {
    await test.step(name, async () => {
      await goTo(page, '#/overview');
      await expect(page.getByTestId('overview')).toBeVisible();
      await open(page);
      await expect(page.getByRole('dialog')).toBeVisible();
      await expect(page.getByRole('dialog').locator('.mantine-Loader-root')).toHaveCount(0);
      await expectRoom(page, name);
      await closeDialog(page);
    });
  }
  await makeJob(page);
  for (const name of POPOVERS) {
    await test.step(name, async () => {
      await page.getByTestId(name).click();
      await expectRoom(page, name);
      await page.keyboard.press('Escape');
    });
  }
});

test('names as long as an engine takes them are shown whole somewhere, and push nothing away', async ({
  page,
  app,
  fixture,
}) => {
  const { docker } = fixture;
  const long = (what: string): string => `${what}${'oflongnames'.repeat(9)}`;
  const [container, network, volume] = [long('container'), long('network'), long('volume')];
  await docker.createNetwork(network);
  try {
    await docker.runContainer(container, {
      Image: TEST_IMAGE,
      Cmd: ['sleep', '100000'],
      Labels: { [long('label')]: long('value') },
      Env: [`${long('VARIABLE')}=${long('value')}`],
      HostConfig: { NetworkMode: network, Binds: [`${volume}:/${long('path')}`] },
    });
    await page.goto(app.url);
    await expect(page.getByTestId('overview')).toBeVisible();
    const views = {
      '#/containers': container,
      '#/networks': network,
      '#/volumes': volume,
      [`#/networks/${network}`]: container,
      [`#/volumes/${volume}`]: container,
      [`#/containers/${container}/network`]: container,
      [`#/containers/${container}/mounts`]: volume,
      [`#/containers/${container}/environment`]: long('VARIABLE'),
      [`#/containers/${container}/inspect`]: container,
      [`#/matrix/${container}/web`]: container,
      '#/matrix?view=diagram': '',
      '#/overview': '',
      '#/history': '',
    };
    for (const [view, name] of Object.entries(views)) {
      await test.step(view.slice(0, 30), async () => {
        await goTo(page, view);
        await settled(page);
        if (name !== '') await expect(page.getByRole('main').getByText(name).first()).toBeVisible();
        expect.soft(await roomOf(page), view).toEqual(ENOUGH);
      });
    }
    await page.keyboard.press('Control+k');
    await page.keyboard.type(container.slice(0, 20));
    await expect(page.getByRole('option', { selected: true })).toContainText(container);
    expect.soft(await roomOf(page), 'palette').toEqual(ENOUGH);
  } finally {
    await docker.removeContainer(container);
    await docker.removeNetwork(network);
    await docker.removeVolume(volume);
  }
});

/** What finds its place by its size finds another one a moment later. */
async function expectRoom(page: Page, view: string): Promise<void> {
  expect(await page.evaluate(stretch), 'there are words to stretch').toBeGreaterThan(5);
  await expect
    .configure({ soft: true })
    .poll(() => roomOf(page), { message: view, timeout: 3000 })
    .toEqual(ENOUGH);
}

const ENOUGH = { beyond: [], cut: [], over: [] };
const roomOf = async (page: Page): Promise<object> => ({
  beyond: await page.evaluate(beyondTheEdge),
  ...(await page.evaluate(cramped)),
});

declare global {
  interface Window {
    /** Texts that were stretched, as they are since. */
    stretched: Map<Node, string>;
  }
}

/** Makes words half as long again as they are, once.  Runs in the page.  @returns of how many texts there are now */
function stretch(): number {
  const before = 'stretched' in window ? window.stretched : new Map<Node, string>();
  window.stretched = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.nodeValue ?? '';
    if (text.trim() === '' || node.parentElement?.closest('script, style, .xterm, svg')) continue;
    const longer =
      before.get(node) === text
        ? text
        : text.replace(
            /\p{Script=Latin}{4,}/gu,
            (word) => word + word.slice(0, Math.ceil(word.length / 2)).toLowerCase(),
          );
    node.nodeValue = longer;
    window.stretched.set(node, longer);
  }
  return window.stretched.size;
}

/** Text that is clipped without saying so by dots or a scroll bar, and controls that lie over one another.  Runs in the page. */
function cramped(): { readonly cut: readonly string[]; readonly over: readonly string[] } {
  const isSeen = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const named = (element: Element): string =>
    `${element.tagName.toLowerCase()}.${element.getAttribute('class')?.split(' ')[0] ?? ''} ${element.textContent.trim().slice(0, 40)}`;
  const cut = new Set<string>();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent || node.nodeValue?.trim() === '' || parent.closest('.xterm') || !isSeen(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const { left, right, width } = range.getBoundingClientRect();
    if (width <= 1) continue;
    // Dots come only where the text itself runs out of room, not a box that holds it.
    let isInline = true;
    for (let around: Element | null = parent; around; around = around.parentElement) {
      const { overflowX, textOverflow, display } = getComputedStyle(around);
      if ((textOverflow === 'ellipsis' && isInline) || /auto|scroll/.test(overflowX)) break;
      isInline &&= display === 'inline';
      if (overflowX !== 'hidden' && overflowX !== 'clip') continue;
      const box = around.getBoundingClientRect();
      // What is only there for screen readers is a pixel large.
      if (box.width <= 1) break;
      if (right > box.right + 1 || left < box.left - 1) {
        cut.add(`${(node.nodeValue ?? '').trim().slice(0, 30)} in ${named(around).slice(0, 40)}`);
        break;
      }
    }
  }
  // What lies over the page may cover it.
  const top = [...document.querySelectorAll('[role="dialog"], [role="menu"]')].findLast(isSeen) ?? document.body;
  const controls = [...top.querySelectorAll('a[href], button, input, select, textarea, summary, h2, h3')]
    .filter(isSeen)
    .map((element) => ({ element, box: element.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 1 && box.height > 1);
  const TOUCH = 2;
  const over = controls.flatMap(({ element, box }, at) =>
    controls.slice(at + 1).flatMap((other) => {
      if (element.contains(other.element) || other.element.contains(element)) return [];
      const x = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
      const y = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
      if (x <= TOUCH || y <= TOUCH) return [];
      // One of them is what a click in the middle of what they share hits; the other may be clipped away there.
      const shared = {
        x: Math.max(box.left, other.box.left) + x / 2,
        y: Math.max(box.top, other.box.top) + y / 2,
      };
      const hit = document.elementsFromPoint(shared.x, shared.y);
      const both = [element, other.element].every((one) => hit.includes(one));
      return both ? [`${named(element)} / ${named(other.element)}`] : [];
    }),
  );
  return { cut: [...cut], over };
}
