import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { addonClient } from '../src/consumers/addon-client/addon-client.ts';
import { AggregateConsumer, type PartitionWorker } from '../src/consumers/aggregate-consumer.ts';
import { AggregateRunner } from '../src/consumers/aggregate-runner.ts';
import { ConsumerMetrics } from '../src/consumers/consumer-metrics.ts';
import { openEmbeddedLog } from '../src/log/embedded/embedded-log.ts';
import type { EventLog, LogRecord, OutgoingRecord } from '../src/log/event-log.ts';
import { openKafkaLog } from '../src/log/kafka/kafka-log.ts';
import { withTopics } from '../src/log/kafka/standing-topics.ts';
import { partitionOf } from '../src/log/partition.ts';
import { topicSettings } from '../src/log/topics.ts';
import { Metrics } from '../src/ops/metrics.ts';
import { openRocksView } from '../src/views/rocksdb/open-rocks-view.ts';
import { bareClient } from './kafka-aggregate.client.ts';
import { RateCounter, type Rates } from './kafka-aggregate.rate.ts';
import { benchCodec, clock, recordedPings } from './kafka-aggregate.records.ts';

/**
 * What has a process of its own in the Kafka aggregate's benchmark; prints what came of it as JSON.
 * `record BROKERS PREFIX` makes topics with the records, `aggregate BROKERS PREFIX` processes them, `client BROKERS
 * PREFIX VALUE_BYTES` is the bare client, `fold` the same work without a log.
 */
const CHANGELOG = 'addons.profile.changed.v1';
const APPENDED_AT_ONCE = 2_000;
/** As many as a fetch brings of one partition: 1 MB. */
const FOLDED_AT_ONCE = 1_200;

// A benchmark that hangs should say why.
const logger = pino({ level: 'warn' }, pino.destination(2));
const [mode, brokers = '', prefix = '', valueBytes = '0'] = process.argv.slice(2);
const connection = { brokers: brokers.split(','), clientId: 'bench', prefix };
const work: Record<string, () => Promise<object>> = {
  record,
  aggregate: () => withFolder(aggregate),
  client: () =>
    bareClient({
      brokers,
      prefix,
      input: addonClient.input,
      output: CHANGELOG,
      valueBytes: Number(valueBytes),
    }),
  fold: () => withFolder(fold),
};
process.stdout.write(`${JSON.stringify(await work[mode ?? '']?.())}\n`);
process.exit(0);

async function record(): Promise<{ meanBytes: number }> {
  await withTopics(connection, logger, (topics) => topics.apply(undefined));
  const log = await openKafkaLog({ connection, logger });
  let waiting: OutgoingRecord[] = [];
  let [bytes, count] = [0, 0];
  for (const ping of recordedPings(await benchCodec())) {
    waiting.push(ping);
    bytes += ping.value?.length ?? 0;
    count++;
    if (waiting.length < APPENDED_AT_ONCE) continue;
    await log.append(waiting);
    waiting = [];
  }
  await log.append(waiting);
  await log.close();
  return { meanBytes: Math.round(bytes / count) };
}

async function aggregate(folder: string): Promise<Rates> {
  const log = await openKafkaLog({ connection, logger });
  const view = await openRocksView({ folder, logId: log.id, name: CHANGELOG });
  const counter = new RateCounter();
  const worker = counted(await runnerOf(log, view), counter);
  const { name, input } = addonClient;
  const consumer = new AggregateConsumer({ aggregate: name, input, worker, log, clock, logger });
  await consumer.start();
  const rates = await counter.rates;
  await consumer.stop();
  await view.close();
  await log.close();
  return rates;
}

/** The aggregate alone: what the log would do is to hand over arrays, and to take them. */
async function fold(folder: string): Promise<Rates & { changeBytes: number; changes: number }> {
  const log = await openEmbeddedLog({ file: join(folder, 'log.sqlite'), clock, logger });
  const view = await openRocksView({ folder: join(folder, 'view'), logId: log.id, name: CHANGELOG });
  const { partitions } = topicSettings(addonClient.input);
  const records: LogRecord[][] = Array.from({ length: partitions }, () => []);
  for (const { topic, key, value } of recordedPings(await benchCodec())) {
    const partition = partitionOf(Buffer.from(key), partitions);
    const own = records[partition] ?? [];
    own.push({ topic, partition, offset: own.length, timestamp: clock(), key, value, headers: {} });
  }
  const counter = new RateCounter();
  const worker = counted(await runnerOf(log, view), counter);
  for (const partition of records.keys()) await worker.assigned(partition, new AbortController().signal);
  let [changeBytes, changes] = [0, 0];
  const longest = Math.max(...records.map(({ length }) => length));
  for (let from = 0; from < longest; from += FOLDED_AT_ONCE) {
    for (const [partition, own] of records.entries()) {
      const batch = own.slice(from, from + FOLDED_AT_ONCE);
      const next = from + batch.length;
      const output = await worker.batch({
        topic: addonClient.input,
        partition,
        records: batch,
        next,
        end: own.length,
      });
      const positions = output.map(({ topic }, i) => ({ topic, partition, offset: from + i }));
      await worker.committed(partition, positions);
      for (const { value } of output) changeBytes += value?.length ?? 0;
      changes += output.length;
    }
  }
  const rates = await counter.rates;
  await view.close();
  await log.close();
  return { ...rates, changes, changeBytes: Math.round(changeBytes / changes) };
}

type RunnerView = ConstructorParameters<typeof AggregateRunner>[1];

async function runnerOf(log: EventLog, view: RunnerView): Promise<PartitionWorker> {
  const metrics = new ConsumerMetrics(new Metrics());
  return new AggregateRunner(addonClient, view, { log, codec: await benchCodec(), clock, logger, metrics });
}

/** Counts the records of a batch when it is committed. */
function counted(worker: PartitionWorker, counter: RateCounter): PartitionWorker {
  const inHand = new Map<number, number>();
  return {
    assigned: (partition, signal) => worker.assigned(partition, signal),
    batch(batch) {
      inHand.set(batch.partition, batch.records.length);
      return worker.batch(batch);
    },
    async committed(partition, positions) {
      await worker.committed(partition, positions);
      counter.add(inHand.get(partition) ?? 0);
    },
    revoked: (partition) => worker.revoked(partition),
    lost: (partition) => worker.lost(partition),
  };
}

async function withFolder<R>(work: (folder: string) => Promise<R>): Promise<R> {
  const folder = await mkdtemp(join(tmpdir(), 'taar-bench-kafka-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
