/** The matrix for those who do not see it: a grid whose cells are read with row, column and verdict; by the keyboard alone. */
import { MatrixPage } from '../pages/matrix-page.ts';
import { expect, test } from './app.ts';

test('a screen reader is told the grid’s size, and of each cell who, whom and whether', async ({ page, demo }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  const grid = page.getByRole('grid', { name: 'Network matrix: rows connect to columns' });
  const size = Number(await grid.getAttribute('aria-rowcount'));
  expect(size).toBeGreaterThan(10);
  await expect(grid).toHaveAttribute('aria-colcount', String(size));
  await matrix.goTo('shop-web-1', 'shop-db-1');
  const cell = grid.getByRole('gridcell');
  await expect(grid.getByRole('rowheader')).toHaveText('shop-web-1');
  await expect(grid.getByRole('columnheader')).toHaveText('shop-db-1');
  await expect(cell).toContainText('shop-web-1 → shop-db-1: open');
  const [row, column] = await Promise.all([
    grid.getByRole('row').last().getAttribute('aria-rowindex'),
    cell.getAttribute('aria-colindex'),
  ]);
  await matrix.matrix.focus();
  await page.keyboard.press('ArrowDown');
  await expect(grid.getByRole('row').last()).toHaveAttribute('aria-rowindex', String(Number(row) + 1));
  await expect(cell).toHaveAttribute('aria-colindex', column ?? '');
  await expect(grid.getByRole('rowheader')).not.toHaveText('shop-web-1');
  // What is read out is what has the keyboard: the grid names its active cell.
  await expect(grid).toHaveAttribute('aria-activedescendant', (await cell.getAttribute('id')) ?? 'none');
});
