import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/infra/global-setup.ts'],
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'forks',
  },
});
