import { defineConfig } from 'vitest/config';

// One file at a time: a busy machine makes browsers slow, and nothing else is learned by it. What is waited for has
// limits of its own (until).
export default defineConfig({
  test: { include: ['*.test.ts'], fileParallelism: false, testTimeout: 300_000, hookTimeout: 300_000 },
});
