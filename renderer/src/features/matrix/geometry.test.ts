import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cellRect,
  hitTest,
  indexAt,
  makeAxis,
  scrollToShow,
  suitedCell,
  visibleRange,
  ZOOM_LEVELS,
  zoomScroll,
  zoomStep,
  type Layout,
} from './geometry.ts';

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
const cellSize = fc.constantFrom(...ZOOM_LEVELS);

const LAYOUT: Layout = {
  rows: makeAxis([2, 3], 20, 6),
  cols: makeAxis([4], 20, 6),
  headerWidth: 100,
  headerHeight: 80,
};

describe('axes', () => {
  test('groups are set apart by the gap, before every group but the first', () => {
    expect(makeAxis([2, 1, 1], 10, 4)).toEqual({ count: 4, cell: 10, offsets: [0, 10, 24, 38, 48], total: 48 });
  });

  test.each([
    [-1, -1],
    [0, 0],
    [39.9, 1],
    [40, -1],
    [45.9, -1],
    [46, 2],
    [105.9, 4],
    [106, -1],
  ])('the cell at %d is %d', (position, index) => {
    expect(indexAt(LAYOUT.rows, position)).toBe(index);
  });

  test('every pixel of every cell leads back to it', () => {
    fc.assert(
      fc.property(sizes, cellSize, fc.integer({ min: 0, max: 8 }), fc.nat(), (groups, cell, gap, pick) => {
        const axis = makeAxis(groups, cell, gap);
        const index = pick % axis.count;
        const start = axis.offsets[index] ?? NaN;
        expect([indexAt(axis, start), indexAt(axis, start + cell - 0.01)]).toEqual([index, index]);
      }),
    );
  });
});

describe('what is visible', () => {
  test('is exactly the cells that overlap the view', () => {
    fc.assert(
      fc.property(
        sizes,
        cellSize,
        fc.integer({ min: 0, max: 8 }),
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 1, max: 900 }),
        (groups, cell, gap, scroll, extent) => {
          const axis = makeAxis(groups, cell, gap);
          const { first, last } = visibleRange(axis, scroll, extent);
          for (let index = 0; index < axis.count; index += 1) {
            const start = axis.offsets[index] ?? NaN;
            const overlaps = start < scroll + extent && start + cell > scroll;
            expect(index >= first && index <= last).toBe(overlaps);
          }
        },
      ),
    );
  });

  test.each([
    ['no cells', makeAxis([], 20, 6), 500],
    ['no room', LAYOUT.rows, 0],
  ])('%s: nothing', (_, axis, extent) => {
    const { first, last } = visibleRange(axis, 0, extent);
    expect(last).toBeLessThan(first);
  });

  test('of 300 rows only a screenful is visited', () => {
    const { first, last } = visibleRange(makeAxis([300], 28, 6), 4000, 900);
    expect(last - first).toBeLessThan(35);
  });
});

describe('hit-testing', () => {
  const SCROLL = { x: 20, y: 30 };
  test.each([
    ['the corner', { x: 50, y: 40 }, { kind: 'none' }],
    ['a row header', { x: 50, y: 91 }, { kind: 'none' }],
    ['a row header below the gap', { x: 50, y: 100 }, { kind: 'row', row: 2 }],
    ['a column header', { x: 105, y: 10 }, { kind: 'col', col: 1 }],
    ['a cell', { x: 121, y: 117 }, { kind: 'cell', row: 3, col: 2 }],
    ['the gap between groups', { x: 121, y: 93 }, { kind: 'none' }],
    ['past the last column', { x: 161, y: 117 }, { kind: 'none' }],
  ])('%s', (_, point, hit) => {
    expect(hitTest(LAYOUT, SCROLL, point)).toEqual(hit);
  });

  test('the middle of every drawn cell that is not under a header hits it', () => {
    for (let row = 0; row < 5; row += 1) {
      for (let col = 0; col < 4; col += 1) {
        const { x, y, width, height } = cellRect(LAYOUT, SCROLL, row, col);
        const point = { x: x + width / 2, y: y + height / 2 };
        if (point.x < LAYOUT.headerWidth || point.y < LAYOUT.headerHeight) continue;
        expect(hitTest(LAYOUT, SCROLL, point)).toEqual({ kind: 'cell', row, col });
      }
    }
  });
});

describe('scrolling and zooming', () => {
  test('a cell that is scrolled to is wholly visible', () => {
    fc.assert(
      fc.property(sizes, cellSize, fc.nat(), fc.integer({ min: 0, max: 5000 }), (groups, cell, pick, scroll) => {
        const axis = makeAxis(groups, cell, 6);
        const index = pick % axis.count;
        const next = scrollToShow(axis, index, scroll, 300);
        const start = axis.offsets[index] ?? NaN;
        expect(start).toBeGreaterThanOrEqual(next);
        expect(start + cell).toBeLessThanOrEqual(next + 300);
      }),
    );
  });

  test('what is seen already is not moved', () => {
    expect(scrollToShow(makeAxis([100], 20, 6), 20, 300, 400)).toBe(300);
  });

  test('zooming keeps the cell under the pointer under the pointer', () => {
    const [before, after] = [makeAxis([50, 50], 28, 6), makeAxis([50, 50], 44, 6)];
    const anchor = 210;
    const scroll = zoomScroll(before, after, 700, anchor);
    expect(indexAt(after, scroll + anchor)).toBe(indexAt(before, 700 + anchor));
  });

  test('steps end at the smallest and the largest level', () => {
    expect([zoomStep(44, 1), zoomStep(6, -1), zoomStep(28, 1), zoomStep(28, -1)]).toEqual([44, 6, 32, 22]);
  });

  test.each([
    [3, 500, 44],
    [15, 490, 32],
    [300, 800, 28],
    [5, 10, 28],
  ])('%d rows in %d pixels: cells of %d', (count, height, cell) => {
    expect(suitedCell(count, height, 'comfortable')).toBe(cell);
    expect(suitedCell(count, height, 'compact')).toBe(28);
  });
});
