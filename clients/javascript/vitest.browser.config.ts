import { defineConfig } from 'vitest/config';

// One browser at a time, one page at a time: a page in the background is slowed down by its browser.
export default defineConfig({
  test: { include: ['test/browser/*.test.ts'], fileParallelism: false, testTimeout: 90_000, hookTimeout: 90_000 },
});
