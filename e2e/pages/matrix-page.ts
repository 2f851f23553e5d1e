/** The app as a person uses it: find a cell, look at it, block it. */
import { expect, type Locator, type Page } from '@playwright/test';

export class MatrixPage {
  readonly page: Page;
  readonly matrix: Locator;
  /** The cell under the cursor; says its pair, verdict and denial in attributes and in words. */
  readonly activeCell: Locator;
  readonly explain: Locator;
  readonly verdict: Locator;
  readonly plan: Locator;
  readonly outcome: Locator;
  readonly guard: Locator;

  constructor(page: Page) {
    this.page = page;
    this.matrix = page.getByTestId('matrix');
    this.activeCell = page.getByTestId('active-cell');
    this.explain = page.getByTestId('explain');
    this.verdict = this.explain.getByTestId('verdict');
    this.plan = this.explain.getByTestId('plan');
    this.outcome = this.explain.getByTestId('outcome');
    this.guard = page.getByTestId('guard');
  }

  /** Opens the app by its one-time URL, goes to the matrix and waits until it is there. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.getByTestId('nav-matrix').click();
    await expect(this.matrix).toBeVisible();
  }

  /** Moves the cursor to a cell by searching, as the placeholder of the search field tells. */
  async goTo(from: string, to: string): Promise<Locator> {
    const search = this.page.getByRole('toolbar').getByRole('textbox');
    await search.fill(`${from} > ${to}`);
    await search.press('Enter');
    await expect(this.activeCell).toHaveAttribute('data-from', from);
    await expect(this.activeCell).toHaveAttribute('data-to', to);
    await search.press('Escape');
    return this.activeCell;
  }

  /**
   * Clicks the drawn cell with the mouse, once it has come to rest: a live update may widen the headers, and a banner may
   * push the whole matrix down between measuring and clicking.
   */
  async click(from: string, to: string): Promise<void> {
    const position = await (await this.goTo(from, to)).evaluate(middleAtRest);
    // By the scroller and not by the page's own coordinates: then it is waited for, and whatever covers it is named.
    await this.matrix.click({ position });
    await expect(this.activeCell).toHaveAttribute('aria-selected', 'true');
    await expect(this.activeCell).toHaveAttribute('data-from', from);
    await expect(this.activeCell).toHaveAttribute('data-to', to);
    await expect(this.explain).toBeVisible();
  }

  /** Presses the button in the panel, reads the plan, confirms it, and waits for the result on the wire. */
  async change(action: 'block' | 'allow'): Promise<void> {
    await this.explain.getByTestId(action).click();
    await expect(this.plan).toBeVisible();
    await this.plan.getByTestId('confirm').click();
    await expect(this.outcome).toBeVisible({ timeout: 60_000 });
  }

  async showContainers(): Promise<void> {
    await this.page.getByTestId('nav-containers').click();
    await expect(this.page.getByTestId('containers')).toBeVisible();
  }

  containerRow(name: string): Locator {
    return this.page.locator(`[data-testid="container-row"][data-name="${name}"]`);
  }

  /** Chooses from the menu behind a button of the header. */
  async choose(menu: 'language' | 'scheme', item: string): Promise<void> {
    await this.page.getByTestId(menu).click();
    await this.page.getByRole('menuitem', { name: item }).click();
  }
}

/** The middle of a cell's element from the corner of its grid, in CSS pixels, when it was the same for several frames. Runs in the page. */
function middleAtRest(cell: Element): Promise<{ x: number; y: number }> {
  const FRAMES_AT_REST = 6;
  return new Promise((resolve) => {
    let [before, rest] = ['', 0];
    const look = (): void => {
      const grid = cell.closest('[role="grid"]')?.getBoundingClientRect();
      const { left, top, width, height } = cell.getBoundingClientRect();
      const middle = { x: left + width / 2 - (grid?.left ?? 0), y: top + height / 2 - (grid?.top ?? 0) };
      const now = JSON.stringify(middle);
      rest = now === before ? rest + 1 : 0;
      before = now;
      if (rest >= FRAMES_AT_REST) resolve(middle);
      else requestAnimationFrame(look);
    };
    look();
  });
}
