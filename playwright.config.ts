import { defineConfig } from '@playwright/test';

// One worker: the specs share one private engine, whose rules are state.
export default defineConfig({
  testDir: 'e2e',
  testMatch: ['specs/**/*.spec.ts', 'journeys/**/*.spec.ts', 'electron/**/*.spec.ts'],
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  // Once more, on an engine and in a browser of its own; the summary names those that needed it.
  retries: process.env['CI'] ? 1 : 0,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  use: {
    // Less than the test's: a click that something covers is reported as that click, with what covers it.
    actionTimeout: 45_000,
    screenshot: 'only-on-failure',
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      executablePath: process.env['BULKHEAD_CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    },
  },
});
