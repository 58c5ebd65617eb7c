import { expect, it } from 'vitest';
import { firstModels } from '../../src/cli/first-models.ts';
import { RecordingLogger } from '../ops/recording-logger.ts';

/** A receiver that has nothing, or a set once it is ready. */
const receiver = (ready: Promise<void>, set?: object) => ({ ready, current: () => set });

it('waits for the models that there are, and tells that it does', async () => {
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  const { logger, lines } = new RecordingLogger();
  const told: (string | undefined)[] = [];
  let isStarted = false;
  const models = receiver(ready, { setVersion: 's1' });
  const started = firstModels({ models, logger, onWaiting: (what) => told.push(what), limitMs: 60_000 })
    .start()
    .then(() => {
      isStarted = true;
    });
  await new Promise((done) => setTimeout(done, 20));
  expect([isStarted, told]).toEqual([false, ['first-models']]);
  resolve();
  await started;
  expect(told).toEqual(['first-models', undefined]);
  expect(lines).toEqual([]);
});

it('does not wait for ever, and says what it starts without', async () => {
  const { logger, lines } = new RecordingLogger();
  await firstModels({ models: receiver(new Promise(() => {})), logger, limitMs: 10 }).start();
  expect(lines).toEqual([expect.stringContaining('no models were loaded in time')]);
});

it('says where there are none yet', async () => {
  const { logger, lines } = new RecordingLogger();
  await firstModels({ models: receiver(Promise.resolve()), logger }).start();
  expect(lines).toEqual([expect.stringContaining('there are no models yet')]);
});
