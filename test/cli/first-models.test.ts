import { expect, it } from 'vitest';
import { firstModels } from '../../src/cli/first-models.ts';

it('waits for the models that there are', async () => {
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  let isStarted = false;
  const started = firstModels({ ready }, 60_000)
    .start()
    .then(() => {
      isStarted = true;
    });
  await new Promise((done) => setTimeout(done, 20));
  expect(isStarted).toBe(false);
  resolve();
  await started;
});

it('does not wait for ever', async () => {
  await firstModels({ ready: new Promise(() => {}) }, 10).start();
});
