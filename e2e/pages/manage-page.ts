/** The lists of images, volumes, networks, projects and services as a person uses them. */
import { expect, type Locator, type Page } from '@playwright/test';

export class ManagePage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the app by its one-time URL and goes to one of the lists. */
  async open(url: string, list: 'images' | 'volumes' | 'networks' | 'compose' | 'services'): Promise<void> {
    await this.page.goto(url);
    await this.page.getByTestId(`nav-${list}`).click();
    await expect(this.page.getByTestId(list)).toBeVisible();
    await expect(this.page.getByRole('grid')).toBeVisible();
  }

  row(kind: 'image' | 'volume' | 'network' | 'compose' | 'service', name: string): Locator {
    return this.page.locator(`[data-testid="${kind}-row"][data-name="${name}"]`);
  }

  /** Chooses from the menu of one row. */
  async choose(row: Locator, action: string): Promise<void> {
    await row.locator('[data-action="more"]').click();
    await this.page.getByTestId('row-menu').locator(`[data-action="${action}"]`).click();
  }
}
