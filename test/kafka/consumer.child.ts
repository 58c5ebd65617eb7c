import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pino } from 'pino';
import { addonClient } from '../../src/consumers/addon-client/addon-client.ts';
import type { Aggregate } from '../../src/consumers/aggregate.ts';
import { AggregateConsumer } from '../../src/consumers/aggregate-consumer.ts';
import { AggregateRunner } from '../../src/consumers/aggregate-runner.ts';
import { Backoff } from '../../src/consumers/backoff.ts';
import { ConsumerMetrics } from '../../src/consumers/consumer-metrics.ts';
import { deletionFanOut } from '../../src/consumers/deletion-fan-out.ts';
import type { Versioned } from '../../src/consumers/state-store.ts';
import { dispositionOf, TaarError } from '../../src/domain/errors.ts';
import type { BatchHandler } from '../../src/log/event-log.ts';
import { openKafkaLog } from '../../src/log/kafka/kafka-log.ts';
import { RegistrySchemaIds } from '../../src/log/kafka/registry-schema-ids.ts';
import { RecordCodec } from '../../src/log/record-codec.ts';
import { Lifecycle } from '../../src/ops/lifecycle.ts';
import { Metrics } from '../../src/ops/metrics.ts';
import { openRocksView } from '../../src/views/rocksdb/open-rocks-view.ts';
import type { View } from '../../src/views/view.ts';
import { RefusingView } from '../consumers/refusing-view.ts';
import type { Order, Report } from './consumer-reports.ts';

/** Consumes as `taar consume` does, and tells its parent what happens to each partition. Ends on SIGTERM. */
const env = process.env;
const folder = env.DATA_DIR ?? '';
const logger = pino({ level: env.TAAR_TEST_LOG_LEVEL ?? 'silent' });
const connection = {
  brokers: (env.KAFKA_BROKERS ?? '').split(','),
  clientId: 'test',
  prefix: env.KAFKA_PREFIX ?? '',
};
const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());
process.on('uncaughtException', (error) => {
  tell({ kind: 'error', message: `${error.stack}` });
  process.exitCode = 1;
});

function tell(report: Report): void {
  if (process.connected) process.send?.(report);
}

/** What is not there yet is waited for. */
async function patiently<R>(open: () => Promise<R>): Promise<R> {
  const backoff = new Backoff();
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (dispositionOf(error) !== 'retry') throw error;
      tell({ kind: 'waiting', code: codeOf(error) });
      await setTimeout(backoff.next());
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof TaarError ? error.code : `unexpected: ${error}`;
}

function telling(aggregate: string, handler: BatchHandler): BatchHandler {
  const about = (partition: number) => ({ aggregate, partition, at: Date.now() });
  return {
    assigned: async (partition, signal) => {
      tell({ kind: 'assigning', ...about(partition) });
      await handler.assigned(partition, signal);
      if (!signal.aborted) tell({ kind: 'owned', ...about(partition) });
    },
    batch: (batch) => {
      if (batch.records.length > 0) tell({ kind: 'batch', ...about(batch.partition) });
      return handler.batch(batch);
    },
    committed: async (partition, positions) => {
      await handler.committed(partition, positions);
      tell({ kind: 'committed', ...about(partition) });
    },
    revoked: (partition) => {
      tell({ kind: 'revoked', ...about(partition) });
      return handler.revoked(partition);
    },
    lost: (partition) => {
      tell({ kind: 'lost', ...about(partition) });
      return handler.lost(partition);
    },
    failed: (partition, error, signal) => {
      tell({ kind: 'failed', code: codeOf(error), ...about(partition) });
      return handler.failed(partition, error, signal);
    },
  };
}

const log = await patiently(() => openKafkaLog({ connection, logger }));
const codec = await patiently(() =>
  RecordCodec.open(new RegistrySchemaIds({ url: env.SCHEMA_REGISTRY_URL ?? '' })),
);
const view = new RefusingView(
  await openRocksView({ folder: join(folder, 'view'), logId: log.id, name: 'profiles' }),
);
process.on('message', ({ viewRefuses }: Order) => {
  view.refuses = viewRefuses;
});
const metrics = new ConsumerMetrics(new Metrics());

function consumerOf<S extends Versioned, E>(aggregate: Aggregate<S, E>, kept: View | null) {
  const { name, input } = aggregate;
  const worker = new AggregateRunner(aggregate, kept, { log, codec, clock: Date.now, logger, metrics });
  return new AggregateConsumer({
    aggregate: name,
    input,
    worker,
    log: {
      process: (group, topic, handler, signal) => log.process(group, topic, telling(name, handler), signal),
    },
    clock: Date.now,
    logger,
  });
}

const lifecycle = new Lifecycle([
  { name: 'log', start: async () => {}, stop: () => log.close() },
  { name: 'view', start: async () => {}, stop: () => view.close() },
  consumerOf(deletionFanOut, null),
  consumerOf(addonClient, view),
]);
await lifecycle.start();
tell({ kind: 'ready' });
if (!stopping.signal.aborted) {
  await new Promise<void>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
await lifecycle.stop();
tell({ kind: 'stopped' });
// Nothing may be left that keeps the process alive: its parent waits for its end.
process.disconnect?.();
