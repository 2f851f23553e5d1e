import { describe, expect, test } from 'vitest';
import { toUnusedCache, toUsage } from './usage.ts';

const part = (ID: string, more: object = {}) => ({
  ID,
  Size: 10,
  InUse: false,
  Shared: false,
  Description: `do ${ID}`,
  ...more,
});

describe('the build cache that can go', () => {
  test('goes children first, however engines name the parents', () => {
    const parts = [
      part('base'),
      part('middle', { ' Parents': ['base'] }),
      part('top', { Parents: ['middle', 'side'] }),
      part('side', { Parent: 'base' }),
    ];
    const order = toUnusedCache(parts).items.map(({ id }) => id);
    const before = (child: string, parent: string): boolean => order.indexOf(child) < order.indexOf(parent);
    expect(order).toHaveLength(4);
    expect([before('top', 'middle'), before('top', 'side'), before('middle', 'base'), before('side', 'base')]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  test('what is in use stays, and what an image has too frees nothing', () => {
    const { items, bytes, shared } = toUnusedCache([
      part('busy', { InUse: true }),
      part('shared', { Shared: true }),
      part('own'),
    ]);
    expect(items.map(({ id, size }) => [id, size]).toSorted()).toEqual([
      ['own', 10],
      ['shared', 0],
    ]);
    expect([bytes, shared]).toEqual([10, 10]);
  });

  test('parts that stand on each other do not go round for ever', () => {
    const parts = [part('a', { Parents: ['b'] }), part('b', { Parents: ['a'] })];
    expect(toUnusedCache(parts).items).toHaveLength(2);
  });
});

test('usage is counted as docker system df counts it', () => {
  const usage = toUsage({
    layers: 100,
    images: [
      { Id: 'a', Size: 60, SharedSize: 20, Containers: 1 },
      { Id: 'b', Size: 60, SharedSize: -1, Containers: 0 },
    ],
    containers: [
      { Id: 'c', State: 'running', SizeRw: 5 },
      { Id: 'd', State: 'exited', SizeRw: 7 },
    ],
    volumes: [{ UsageData: { Size: 9, RefCount: 1 } }, { UsageData: { Size: -1, RefCount: 0 } }],
    buildCache: [part('x', { Shared: true }), part('y'), part('z', { InUse: true })],
  });
  expect(usage.map(({ kind, count, active, size, reclaimable }) => [kind, count, active, size, reclaimable])).toEqual([
    ['images', 2, 1, 100, 60],
    ['containers', 2, 1, 12, 7],
    ['volumes', 2, 1, 9, 0],
    ['build-cache', 3, 1, 20, 10],
  ]);
});
