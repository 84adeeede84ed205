import { expect } from 'vitest';

const slackBytes = 200 * 1024 * 1024;

/** Fails when the process is much larger at the end than it was at the beginning. */
export async function expectBoundedMemory(run: () => Promise<void>): Promise<void> {
  const before = process.memoryUsage.rss();
  await run();
  expect(process.memoryUsage.rss() - before).toBeLessThan(slackBytes);
}
