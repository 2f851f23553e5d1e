/** Nothing serious for axe on any screen, in both schemes. */
import { MatrixPage } from '../pages/matrix-page.ts';
import { expectAccessible } from './axe.ts';
import { test } from './app.ts';

for (const scheme of ['light', 'dark'] as const) {
  test(`every screen is accessible in ${scheme}`, async ({ page, demo }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    const matrix = new MatrixPage(page);
    await matrix.open(demo.url);
    await expectAccessible(page);
    await matrix.click('shop-web-1', 'shop-db-1');
    await expectAccessible(page);
    await matrix.change('block');
    await expectAccessible(page);
    await matrix.showContainers();
    await expectAccessible(page);
  });
}
