import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Aggregate } from '../../src/consumers/aggregate.ts';
import { AggregateConsumer, groupOf } from '../../src/consumers/aggregate-consumer.ts';
import { AggregateRunner } from '../../src/consumers/aggregate-runner.ts';
import { ConsumerMetrics } from '../../src/consumers/consumer-metrics.ts';
import type { Versioned } from '../../src/consumers/state-store.ts';
import type { ClientEvent } from '../../src/domain/client-event.ts';
import { DAY_MS } from '../../src/domain/clock.ts';
import type { Profile } from '../../src/domain/profile.ts';
import { type EmbeddedLog, openEmbeddedLog } from '../../src/log/embedded/embedded-log.ts';
import type { LogRecord, OutgoingRecord } from '../../src/log/event-log.ts';
import { RecordCodec } from '../../src/log/record-codec.ts';
import type { RecordType } from '../../src/log/record-types.ts';
import { type TopicName, topicSettings } from '../../src/log/topics.ts';
import { Metrics } from '../../src/ops/metrics.ts';
import { openRocksView } from '../../src/views/rocksdb/open-rocks-view.ts';
import type { View } from '../../src/views/view.ts';
import { RecordingLogger } from '../ops/recording-logger.ts';
import { NOON } from '../sim/client-events.ts';
import type { Addressed } from '../sim/client-simulation.ts';

const POLL_MS = 5;
const RECORD_TYPE = {
  observed: 'addons.ClientObserved',
  'link-requested': 'addons.ClientLinkRequested',
  'alias-joined': 'addons.ClientAliasJoined',
  'alias-refused': 'addons.ClientAliasRefused',
  'deletion-requested': 'addons.ClientDeletionRequested',
} as const satisfies Record<ClientEvent['kind'], RecordType>;

/** The record of an event, as a producer appends it. */
export function recordOf(codec: RecordCodec, { key, event }: Addressed): OutgoingRecord {
  const value = codec.encode(RECORD_TYPE[event.kind], event);
  return { topic: 'addons.client.event.v1', key, value };
}

/** A new folder that goes when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'taar-consumers-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What stands under a consumer: a real log and a real view in one folder. */
export interface Ground {
  readonly folder: string;
  readonly log: EmbeddedLog;
  readonly view: View;
  readonly codec: RecordCodec;
  /** The clock says this; to be moved by tests. */
  readonly time: { now: number };
  readonly logger: RecordingLogger;
  readonly metrics: Metrics;
}

export async function openGround(folder: string, maxBatchRecords = 500): Promise<Ground> {
  const time = { now: NOON + DAY_MS };
  const logger = new RecordingLogger();
  const clock = (): number => time.now;
  const file = join(folder, 'log.sqlite');
  const log = await openEmbeddedLog({ file, clock, logger: logger.logger, maxBatchRecords });
  const view = await openRocksView({ folder: join(folder, 'view'), logId: log.id, name: 'profiles' });
  const codec = await RecordCodec.open(log.schemaIds);
  onTestFinished(async () => {
    await view.close();
    await log.close();
  });
  return { folder, log, view, codec, time, logger, metrics: new Metrics() };
}

export function runnerOf<S extends Versioned, E>(
  aggregate: Aggregate<S, E>,
  { log, view, codec, time, logger, metrics }: Ground,
): AggregateRunner<S, E> {
  const context = { log, codec, clock: () => time.now, logger: logger.logger };
  const kept = aggregate.changelog === null ? null : view;
  return new AggregateRunner(aggregate, kept, { ...context, metrics: new ConsumerMetrics(metrics) });
}

/** Starts the consumer of an aggregate; it stops when the test is over. */
export async function startConsumer<S extends Versioned, E>(
  aggregate: Aggregate<S, E>,
  ground: Ground,
): Promise<AggregateConsumer> {
  const { name, input } = aggregate;
  const worker = runnerOf(aggregate, ground);
  const { log, time, logger } = ground;
  const clock = (): number => time.now;
  const consumer = new AggregateConsumer({
    aggregate: name,
    input,
    worker,
    log,
    clock,
    logger: logger.logger,
  });
  onTestFinished(() => consumer.stop());
  await consumer.start();
  return consumer;
}

/** Waits until an aggregate has processed all that is on its input, and all that it caused there, view included. */
export async function settled<S, E>({ log, view }: Ground, aggregate: Aggregate<S, E>): Promise<void> {
  const { name, input, changelog } = aggregate;
  for (;;) {
    const done = await log.committedOffsets(groupOf(name), input);
    const shown = changelog === null || (await isShown(log, view, changelog.topic));
    const ends = (await log.bounds(input)).map(({ end }) => end);
    if (shown && ends.every((end, partition) => done[partition] === end)) return;
    await setTimeout(POLL_MS);
  }
}

async function isShown(log: EmbeddedLog, view: View, changelog: TopicName): Promise<boolean> {
  const ends = (await log.bounds(changelog)).map(({ end }) => end);
  const positions = await Promise.all(ends.map((_, partition) => view.position(partition)));
  return ends.every((end, partition) => positions[partition] === end);
}

/** All records of a topic. */
export async function recordsOf(log: EmbeddedLog, topic: TopicName): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for (const [partition, { earliest, end }] of (await log.bounds(topic)).entries()) {
    for await (const record of log.read({ topic, partition, from: earliest, to: end })) records.push(record);
  }
  return records;
}

/** The bytes in a view by key, of all partitions in order. */
export async function bytesIn(view: View): Promise<ReadonlyMap<string, Uint8Array>> {
  const { partitions } = topicSettings('addons.profile.changed.v1');
  const found = new Map<string, Uint8Array>();
  for (let partition = 0; partition < partitions; partition++) {
    const entries = await view.range(partition, '', Number.MAX_SAFE_INTEGER);
    for (const { key, value } of entries) found.set(key, value);
  }
  return found;
}

/** The states in a view by key, sorted, without the one field that may depend on the order of things. */
export async function statesIn(
  view: View,
  codec: RecordCodec,
): Promise<Record<string, Omit<Profile, 'changedAt'>>> {
  const states = [...(await bytesIn(view))].map(([key, bytes]) => {
    const { changedAt: _, ...state } = codec.decodeAs('addons.Profile', bytes);
    return [key, state] as const;
  });
  return Object.fromEntries(states.sort(([a], [b]) => (a < b ? -1 : 1)));
}
