import { setTimeout as sleep } from 'node:timers/promises';
import { HealthChecks } from '../ops/health.ts';
import { Lifecycle } from '../ops/lifecycle.ts';
import { createLogger } from '../ops/logging.ts';
import { Metrics } from '../ops/metrics.ts';
import type { Settings } from '../ops/settings.ts';
import type { TrainingRole } from '../trainers/training-role.ts';
import type { CommandIo } from './command-io.ts';
import type { Operations } from './control/operations.ts';
import { Interruption } from './interruption.ts';
import { LocalOperations } from './local-operations.ts';
import { Pipeline } from './pipeline.ts';
import { openStores } from './stores.ts';

const POLL_MS = 20;

/**
 * Lets `work` use the operations on data that no other process has open: brings everything up to date, does the
 * work, processes what it appended, and closes the data. Trains only when told to.
 */
export async function withOpenData<R>(
  settings: Settings,
  io: CommandIo,
  work: (operations: Operations) => Promise<R>,
): Promise<R> {
  using interruption = new Interruption();
  const { signal } = interruption;
  // A command prints its result; only what went wrong is worth a line beside it.
  const logger = createLogger('text', settings.logLevel === 'debug' ? 'debug' : 'warn', io.stderr);
  const clock = Date.now;
  const stores = await openStores(settings, clock, logger);
  const pipeline = new Pipeline({ stores, settings, clock, logger, metrics: new Metrics() });
  const health = new HealthChecks(pipeline.healthChecks);
  const lifecycle = new Lifecycle([
    { name: 'stores', start: () => Promise.resolve(), stop: () => stores.close() },
    ...pipeline.components,
    { name: 'trainer', start: () => Promise.resolve(), stop: () => pipeline.trainer.drain() },
  ]);
  const operations = new LocalOperations({
    stores,
    activator: pipeline.activator,
    clock,
    trainNow: (reason, asked) => trainOnce(pipeline.trainer, reason, asked, signal),
    health: () => health.report(),
    lags: pipeline.consumerLags,
    url: () => null,
    settled: () => pipeline.settled(signal),
  });
  await lifecycle.start();
  try {
    await pipeline.catalogue.caughtUp;
    await pipeline.settled(signal);
    const result = await work(operations);
    await pipeline.settled(signal);
    return result;
  } finally {
    await lifecycle.stop();
  }
}

/** Starts the trainer only for this: once started it would also train by its schedule. */
async function trainOnce(
  trainer: TrainingRole,
  reason: string,
  asked: Parameters<TrainingRole['trainNow']>[1],
  signal: AbortSignal,
): ReturnType<TrainingRole['trainNow']> {
  await trainer.start();
  while (!trainer.caughtUp && !signal.aborted) await sleep(POLL_MS);
  return trainer.trainNow(reason, asked);
}
