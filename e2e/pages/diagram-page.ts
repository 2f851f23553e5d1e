/** The diagram as a person uses it: with the mouse on what is drawn, and by the keyboard. */
import { expect, type Locator, type Page } from '@playwright/test';
import { MatrixPage } from './matrix-page.ts';

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export class DiagramPage {
  readonly page: Page;
  readonly matrix: MatrixPage;
  readonly surface: Locator;
  readonly active: Locator;
  readonly map: Locator;

  constructor(page: Page) {
    this.page = page;
    this.matrix = new MatrixPage(page);
    this.surface = page.getByTestId('diagram');
    this.active = page.getByTestId('diagram-active');
    this.map = page.getByTestId('diagram-map');
  }

  async open(url: string): Promise<void> {
    await this.matrix.open(url);
    await this.page.getByTestId('view-switch').getByText('Diagram').click();
    await this.shown();
  }

  async shown(): Promise<void> {
    await expect(this.surface).toBeVisible({ timeout: 30_000 });
    await expect(this.surface.locator('canvas')).toHaveAttribute('data-camera', /./);
  }

  /** Moves by the keyboard until a node is the active one. */
  async goTo(key: string): Promise<void> {
    await this.surface.focus();
    for (let step = 0; step < 40 && (await this.active.getAttribute('data-key')) !== key; step += 1) {
      await this.page.keyboard.press('PageDown');
    }
    await expect(this.active).toHaveAttribute('data-key', key);
  }

  /** Where a node is, in the diagram. */
  async placeOf(key: string): Promise<Place> {
    await this.goTo(key);
    const [x = NaN, y = NaN, w = NaN, h = NaN] = ((await this.active.getAttribute('data-at')) ?? '')
      .split(' ')
      .map(Number);
    return { x, y, w, h };
  }

  /** Pan and zoom: pixels of the screen are `x + k * …` of the diagram. */
  async camera(): Promise<{ readonly x: number; readonly y: number; readonly k: number }> {
    // What was asked for is drawn in the next frame.
    await this.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    const text = (await this.surface.locator('canvas').getAttribute('data-camera')) ?? '';
    const [x = NaN, y = NaN, k = NaN] = text.split(' ').map(Number);
    return { x, y, k };
  }

  /** The middle of a node on the page. */
  async onScreen(key: string): Promise<{ readonly x: number; readonly y: number }> {
    const { x, y, w, h } = await this.placeOf(key);
    const camera = await this.camera();
    const box = await this.surface.boundingBox();
    return {
      x: (box?.x ?? 0) + camera.x + (x + w / 2) * camera.k,
      y: (box?.y ?? 0) + camera.y + (y + h / 2) * camera.k,
    };
  }

  /** Folds a project to one node, or unfolds it. */
  async fold(project: string): Promise<void> {
    await this.page.getByTestId('diagram-fold').click();
    await this.page.getByRole('menuitemcheckbox', { name: project, exact: true }).click();
    await this.page.keyboard.press('Escape');
  }

  /** Takes a node with the mouse, carries it and lets it go. */
  async drag(key: string, dx: number, dy: number): Promise<void> {
    const { x, y } = await this.onScreen(key);
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x + dx / 2, y + dy / 2, { steps: 4 });
    await this.page.mouse.move(x + dx, y + dy, { steps: 4 });
    await this.page.mouse.up();
  }
}
