import { defineConfig } from 'vitest/config';

/** The run that test/infra/skipping.test.ts starts where a service is missing. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    globalSetup: ['../global-setup.ts'],
    include: ['needing-services.ts'],
    pool: 'forks',
  },
});
