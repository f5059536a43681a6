import { defineConfig } from 'vitest/config';

// One browser's tests at a time: a machine that is busy makes browsers slow, and nothing else is learned by it.
export default defineConfig({ test: { include: ['*.test.ts'], fileParallelism: false, testTimeout: 90_000, hookTimeout: 120_000 } });
