import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/infra/global-setup.ts'],
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'forks',
    // Kafka's client sets timers in the past when it has nothing to wait for (src/cli/kafka-warnings.ts).
    execArgv: ['--disable-warning=TimeoutNegativeWarning'],
  },
});
