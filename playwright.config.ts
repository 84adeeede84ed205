import { defineConfig } from '@playwright/test';

/** The app in a real Electron window. One at a time: two would compete for two cores and a screen. */
export default defineConfig({
  testDir: 'test/e2e',
  workers: 1,
  fullyParallel: false,
  // A test that passes at the second try has found something.
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  outputDir: 'test-results',
  forbidOnly: process.env['CI'] !== undefined,
});
