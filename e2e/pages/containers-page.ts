/** The containers screen as a person uses it. */
import { expect, type Locator, type Page } from '@playwright/test';

export class ContainersPage {
  readonly page: Page;
  readonly grid: Locator;
  readonly dialog: Locator;
  readonly detail: Locator;
  readonly bulk: Locator;

  constructor(page: Page) {
    this.page = page;
    this.grid = page.getByRole('grid', { name: 'Containers' });
    this.dialog = page.getByTestId('run-dialog');
    this.detail = page.getByTestId('container-detail');
    this.bulk = page.getByTestId('bulk-bar');
  }

  /** Opens the app by its one-time URL, and there the containers. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.getByTestId('nav-containers').click();
    await expect(this.grid).toBeVisible();
  }

  row(name: string): Locator {
    return this.page.locator(`[data-testid="container-row"][data-name="${name}"]`);
  }

  /** From the row's own menu. */
  async choose(name: string, action: string): Promise<void> {
    await this.row(name).click({ button: 'right' });
    await this.page.getByTestId('row-menu').locator(`[data-action="${action}"]`).click();
  }

  async confirm(): Promise<void> {
    await this.page.getByTestId('confirm-action').click();
  }

  /** By its address, as a link would. */
  async goTo(hash: string): Promise<void> {
    await this.page.evaluate((next) => (location.hash = next), hash);
  }

  async openTab(tab: string): Promise<Locator> {
    await this.page.getByTestId(`tab-${tab}`).click();
    const content = this.page.getByTestId(tab);
    await expect(content).toBeVisible();
    return content;
  }

  /** Adds a line to one of the run dialog's lists. @returns the line */
  async addLine(list: 'ports' | 'env' | 'mounts' | 'networks'): Promise<Locator> {
    await this.dialog.getByTestId(`run-${list}-add`).click();
    return this.dialog.getByTestId(`run-${list}`).locator('.run-row').last();
  }
}
