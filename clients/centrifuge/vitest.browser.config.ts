import { defineConfig } from 'vitest/config';

// One browser at a time, and never beside the other suite: a busy machine makes browsers slow.
export default defineConfig({
  test: { include: ['test/browser/*.test.ts'], fileParallelism: false, testTimeout: 90_000, hookTimeout: 90_000 },
});
