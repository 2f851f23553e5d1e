import { defineConfig } from 'vitest/config';

// Three suites, run in this order by scripts/test.mjs. `unit` needs nothing; `engine` and `integration` need a real
// private engine (DESIGN §8). Files of `engine` share one, whose firewall is shared state: one at a time.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          provide: { casesShare: Number(process.env['BULKHEAD_CASES_SHARE'] ?? 1) },
          // A guard against what hangs, not a claim about speed: other work may keep the machine busy.
          testTimeout: 120_000,
          // One module graph per thread instead of one per file: half the time, and tests may not lean on fresh globals.
          pool: 'threads',
          isolate: false,
          // All processors: one is kept free otherwise, which of two is half the time again.
          maxWorkers: '100%',
          sequence: { groupOrder: 2 },
          include: [
            'shared/**/*.test.ts',
            'electron/**/*.test.ts',
            'renderer/**/*.test.{ts,tsx}',
            'scripts/**/*.test.mjs',
            'e2e/{leaktest,truth}/**/*.test.ts',
          ],
          exclude: ['**/*.engine.test.ts', '**/node_modules/**'],
        },
      },
      {
        test: {
          name: 'engine',
          include: ['{shared,electron}/**/*.engine.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['e2e/{engines,integration}/**/*.test.ts'],
          // Each file has engines of its own, in namespaces of their own, and waits for them most of the time.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
