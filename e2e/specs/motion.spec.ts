/** Who asked their system for less motion sees none; and the same look at the same things sees it where nobody asked. */
import type { CDPSession, Page } from '@playwright/test';
import { DiagramPage } from '../pages/diagram-page.ts';
import { ManagePage } from '../pages/manage-page.ts';
import { expect, test } from './app.ts';

declare global {
  interface Window {
    /** What moved since it was last asked. */
    moved: Set<string>;
  }
}

/**
 * Notes every animation and transition that lasts longer than an eye could follow, from its first frame on.  Runs in the page.
 *
 * A wait may be shown by something that fades in place: it tells that the app is alive, and nothing changes its place or size.
 */
function watchMotion(): void {
  const SEEN_MS = 10;
  const FADES_IN_PLACE = 'bh-wait';
  window.moved = new Set();
  const note = (all: readonly Animation[]): void => {
    for (const animation of all) {
      const { effect } = animation;
      if (!(effect instanceof KeyframeEffect)) continue;
      const { duration, delay = 0, iterations = 1 } = effect.getComputedTiming();
      const lasts = (Number(duration) + Math.max(0, delay)) * (iterations === 0 ? 0 : 1);
      const name = animation instanceof CSSAnimation ? animation.animationName : '';
      const turned = effect.getKeyframes().flatMap((frame) => Object.keys(frame));
      const isFade = turned.every((key) =>
        ['opacity', 'offset', 'easing', 'composite', 'computedOffset'].includes(key),
      );
      if (lasts <= SEEN_MS || (name === FADES_IN_PLACE && isFade)) continue;
      const what =
        animation instanceof CSSTransition ? `transition of ${animation.transitionProperty}` : name || 'script';
      const on = effect.target?.getAttribute('class')?.split(' ').slice(0, 2).join('.') ?? effect.target?.tagName ?? '';
      window.moved.add(`${what} on ${on}${effect.pseudoElement ?? ''}, ${String(lasts)} ms`);
    }
  };
  const look = (): void => {
    note(document.getAnimations());
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  // What begins and is taken away between two frames.
  for (const name of ['transitionrun', 'animationstart']) {
    document.addEventListener(name, () => note(document.getAnimations()), { capture: true });
  }
}

/** What moves in three frames and until all has come to an end that has one. */
async function movedSince(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    const moved = [...window.moved];
    window.moved.clear();
    return moved;
  });
}

/** What a person does, in this order; each ends with what it brought in sight. */
const DEEDS: readonly (readonly [string, (page: Page) => Promise<void>])[] = [
  [
    'the matrix and its panel',
    async (page) => {
      await page.getByTestId('nav-matrix').click();
      await expect(page.getByTestId('matrix')).toBeVisible();
      await page.getByTestId('matrix').click({ position: { x: 320, y: 240 } });
      await expect(page.getByTestId('explain')).toBeVisible();
    },
  ],
  [
    'the diagram',
    async (page) => {
      await page.getByTestId('view-switch').getByText('Diagram').click();
      await new DiagramPage(page).shown();
    },
  ],
  [
    'a menu',
    async (page) => {
      await page.getByTestId('scheme').click();
      await expect(page.getByRole('menu')).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(page.getByRole('menu')).toHaveCount(0);
    },
  ],
  [
    'a dialog',
    async (page) => {
      await page.evaluate(() => (window.location.hash = '#/containers?run='));
      await expect(page.getByTestId('run-dialog')).toBeVisible();
      // The first may close what is open inside of it.
      await expect(async () => {
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toHaveCount(0, { timeout: 1000 });
      }).toPass();
    },
  ],
  [
    'the palette',
    async (page) => {
      await page.keyboard.press('Control+k');
      await expect(page.getByTestId('palette')).toBeVisible();
      await page.keyboard.type('settings');
      await page.keyboard.press('Escape');
      await expect(page.getByTestId('palette')).toBeHidden();
    },
  ],
  [
    'a notification',
    async (page) => {
      const manage = new ManagePage(page);
      await page.getByTestId('nav-networks').click();
      await manage.choose(manage.row('network', 'shop_app'), 'remove');
      await page.getByTestId('confirm-action').click();
      const notice = page.locator('.mantine-Notification-root');
      await expect(notice).toContainText('active endpoints');
      await notice.getByRole('button').click();
      await expect(notice).toHaveCount(0);
    },
  ],
  [
    'what is under way',
    async (page) => {
      await page.getByTestId('nav-images').click();
      await page.getByTestId('pull').click();
      await page.getByTestId('pull-name').fill('made/up:1');
      await page.getByTestId('form-submit').click();
      await page.getByTestId('activity').click();
      await expect(page.locator('.jobs-list')).toBeVisible();
      await expect(page.getByTestId('activity')).toHaveAttribute('data-running', '0', { timeout: 60_000 });
      await page.keyboard.press('Escape');
    },
  ],
  [
    'the settings',
    async (page) => {
      await page.getByTestId('nav-settings').click();
      await page.getByTestId('theme-dark').click();
      await page.getByTestId('notice-driftRepaired').click();
    },
  ],
];

test.describe('where less motion was asked for', () => {
  test.use({ reducedMotion: 'reduce' });

  test('nothing moves', async ({ page, demo }) => {
    await page.addInitScript(watchMotion);
    await page.goto(demo.url);
    await expect(page.getByTestId('overview')).toBeVisible();
    expect(await movedSince(page)).toEqual([]);
    for (const [name, deed] of DEEDS) {
      await test.step(name, async () => {
        await deed(page);
        expect(await movedSince(page), name).toEqual([]);
      });
    }
  });

  test('what waits fades in place, and does not turn', async ({ page, demo }) => {
    await page.goto(demo.url);
    await page.getByTestId('nav-images').click();
    await page.getByTestId('pull').click();
    await page.getByTestId('pull-name').fill('made/up:2');
    await page.getByTestId('form-submit').click();
    const loader = page.getByTestId('activity').locator('.mantine-Loader-root');
    const names = await loader.evaluate((element) =>
      element
        .getAnimations({ subtree: true })
        .map((one) => (one instanceof CSSAnimation ? one.animationName : 'other')),
    );
    expect(names).toEqual(['bh-wait']);
  });

  test('a diagram of forces is shown where it comes to rest, and a node goes where it is dragged', async ({
    page,
    context,
    demo,
  }) => {
    const diagram = new DiagramPage(page);
    await diagram.open(demo.url);
    await slowDown(await context.newCDPSession(page));
    expect(await picturesOfForces(diagram)).toBe(1);
    const key = 'container:shop-cache-1';
    const before = await diagram.placeOf(key);
    const { k } = await diagram.camera();
    await diagram.drag(key, 60, 40);
    // In pixels of the screen.
    await expect.poll(async () => Math.abs(((await diagram.placeOf(key)).x - before.x) * k - 60)).toBeLessThan(3);
  });
});

test.describe('where nobody asked for less motion', () => {
  test.use({ reducedMotion: 'no-preference' });

  test('the same look sees motion', async ({ page, demo }) => {
    await page.addInitScript(watchMotion);
    await page.goto(demo.url);
    await expect(page.getByTestId('overview')).toBeVisible();
    const still: string[] = [];
    for (const [name, deed] of DEEDS) {
      await deed(page);
      if ((await movedSince(page)).length === 0) still.push(name);
    }
    expect(still.filter((name) => !AT_ONCE.has(name))).toEqual([]);
  });

  test('a diagram of forces finds its place before one’s eyes', async ({ page, context, demo }) => {
    const diagram = new DiagramPage(page);
    await diagram.open(demo.url);
    await slowDown(await context.newCDPSession(page));
    expect(await picturesOfForces(diagram)).toBeGreaterThan(2);
  });
});

/** What shows at once for everybody: the one is drawn, the other is for who is in a hurry. */
const AT_ONCE: ReadonlySet<string> = new Set(['the diagram', 'the palette']);

/** So that the forces of a small diagram take more than a frame. */
const slowDown = (session: CDPSession): Promise<unknown> => session.send('Emulation.setCPUThrottlingRate', { rate: 6 });

/** How many different places the active node is in on its way, from the choice of the layout until it rests. */
async function picturesOfForces(diagram: DiagramPage): Promise<number> {
  const key = 'container:shop-db-1';
  await diagram.goTo(key);
  const before = await diagram.active.getAttribute('data-at');
  const places = diagram.page.evaluate(async (layered) => {
    const FRAMES_AT_REST = 40;
    const seen: string[] = [];
    for (let rest = 0; rest < FRAMES_AT_REST; rest += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const at = document.querySelector('[data-testid="diagram-active"]')?.getAttribute('data-at') ?? null;
      if (seen.length === 0 && (at === null || at === layered)) rest = 0;
      else if (at !== null && at !== seen.at(-1)) {
        seen.push(at);
        rest = 0;
      }
    }
    return seen;
  }, before);
  await diagram.page.getByLabel('Layout').selectOption('force');
  return (await places).length;
}
