import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import type { Logger } from '../../ops/logging.ts';
import type {
  BatchHandler,
  EventLog,
  ExclusiveWriter,
  LogRecord,
  Offset,
  OffsetRange,
  OutgoingRecord,
  PartitionBounds,
  Position,
  RecordBatch,
  StartOf,
} from '../event-log.ts';
import { reachingBounds } from '../reaching-bounds.ts';
import type { TopicName } from '../topics.ts';
import { AppendQueue } from './append-queue.ts';
import {
  type KafkaConnection,
  kafkaClient,
  readingCluster,
  TRANSACTION_RETRY,
  WRITE_RETRY,
} from './connection.ts';
import { ExclusiveWriters } from './exclusive-writers.ts';
import { follow } from './follow.ts';
import { DEFAULT_GROUP_TIMING, GroupMember, type GroupTiming } from './group-member.ts';
import { Names } from './names.ts';
import { OffsetOutOfRange } from './offset-out-of-range.ts';
import { OwnedPartitions } from './owned-partitions.ts';
import { Properties } from './properties.ts';
import { SharedFetch } from './shared-fetch.ts';
import { assertTopics } from './standing-topics.ts';
import { type FetchLimits, TopicFetcher } from './topic-fetcher.ts';
import { TopicReader } from './topic-reader.ts';
import { TRANSACTION_TIMEOUT_MS } from './transactional-writer.ts';

export interface KafkaLogOptions {
  readonly connection: KafkaConnection;
  readonly logger: Logger;
  readonly groupTiming?: GroupTiming;
  /** See GroupWork.commitEveryMs. */
  readonly commitEveryMs?: number;
}

/** As Kafka Streams does with exactly-once: what comes within this time shares a transaction. */
const COMMIT_EVERY_MS = 100;
/** A transaction that its writer never ends holds an end back until the brokers abort it; they look every 10 s. */
const END_SETTLES_MS = TRANSACTION_TIMEOUT_MS + 15_000;
/**
 * Of one partition in flight: a batch with its handler and one that was read ahead. A partition that wants records while
 * a request is under way waits for its end, so no request waits for long.
 */
const PROCESS_LIMITS: FetchLimits = { maxWaitMs: 50, maxPartitionBytes: 2 ** 20, maxBytes: 16 * 2 ** 20 };

/**
 * Opens the log in a Kafka cluster whose topics stand (`taar topics apply`).
 * @throws TaarError `log-unavailable`, `topics-missing` (retry), `topic-partitions-changed`, `log-refused` (halt)
 */
export async function openKafkaLog(options: KafkaLogOptions): Promise<KafkaLog> {
  const { connection, logger } = options;
  const names = new Names(connection.prefix);
  const reader = new TopicReader(readingCluster(connection, logger), names);
  const kafka = kafkaClient(connection, logger, TRANSACTION_RETRY);
  try {
    await assertTopics(connection, logger);
    const writers = new ExclusiveWriters(kafka, names, reader);
    const properties = new Properties(reader, writers);
    const id = await properties.get('log-id', randomUUID());
    return new KafkaLog(id, { ...options, names, reader, kafka, writers, properties });
  } catch (error) {
    await reader.close();
    throw error;
  }
}

interface Parts extends KafkaLogOptions {
  readonly names: Names;
  readonly reader: TopicReader;
  readonly kafka: Kafka;
  readonly writers: ExclusiveWriters;
  readonly properties: Properties;
}

/** The event log in Apache Kafka (DESIGN sections 4, 7 and 10). */
export class KafkaLog implements EventLog {
  readonly id: string;
  readonly endSettlesMs = END_SETTLES_MS;
  readonly #parts: Parts;
  readonly #appends: AppendQueue;
  readonly #ending = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #closing: Promise<void> | undefined;

  constructor(id: string, parts: Parts) {
    this.id = id;
    this.#parts = parts;
    const { connection, logger, names } = parts;
    this.#appends = new AppendQueue(kafkaClient(connection, logger, WRITE_RETRY), names);
  }

  append(records: readonly OutgoingRecord[]): Promise<readonly Position[]> {
    return this.#appends.append(records);
  }

  async process(group: string, topic: TopicName, handler: BatchHandler, signal: AbortSignal): Promise<void> {
    const running = this.#process(group, topic, handler, AbortSignal.any([signal, this.#ending.signal]));
    this.#running.add(running);
    await running.finally(() => this.#running.delete(running));
  }

  async #process(group: string, topic: TopicName, handler: BatchHandler, signal: AbortSignal): Promise<void> {
    const { connection, logger, names, kafka, reader, groupTiming, commitEveryMs } = this.#parts;
    const fetch = new SharedFetch(this.#fetcher(topic), PROCESS_LIMITS);
    const partitions = new OwnedPartitions({
      kafka,
      names,
      group,
      topic,
      handler,
      fetch,
      confirm: (stopping) => member.confirm(stopping),
      committedOffset: async (partition) => (await reader.committedOffsets(group, topic))[partition] ?? 0,
      commitEveryMs: commitEveryMs ?? COMMIT_EVERY_MS,
    });
    const timing = groupTiming ?? DEFAULT_GROUP_TIMING;
    const member = new GroupMember(connection, names.group(group), names.topic(topic), logger, timing);
    try {
      await member.run((owned, until, abandoned) => partitions.own(owned, until, abandoned), signal);
    } finally {
      await fetch.close();
    }
  }

  async *follow(topic: TopicName, from: StartOf, signal: AbortSignal): AsyncGenerator<RecordBatch> {
    const until = AbortSignal.any([signal, this.#ending.signal]);
    if (until.aborted) return;
    const standing = typeof from === 'string' ? new Map<number, Offset>() : from;
    const bounds = await reachingBounds(this, topic, standing, until);
    if (until.aborted) return;
    const offsets = bounds.map(({ earliest, end }, partition) => {
      if (from === 'latest') return end;
      const start = from === 'earliest' ? earliest : (from.get(partition) ?? earliest);
      if (start > end) throw new OffsetOutOfRange(topic, partition, start, end);
      return Math.max(start, earliest);
    });
    const ends = bounds.map(({ end }) => end);
    yield* follow(this.#fetcher(topic), offsets, ends, until);
  }

  read(range: OffsetRange): AsyncIterable<LogRecord> {
    return this.#parts.reader.read(range);
  }

  bounds(topic: TopicName): Promise<readonly PartitionBounds[]> {
    return this.#parts.reader.bounds(topic);
  }

  committedOffsets(group: string, topic: TopicName): Promise<readonly Offset[]> {
    return this.#parts.reader.committedOffsets(group, topic);
  }

  exclusiveWriter(name: string): Promise<ExclusiveWriter> {
    return this.#parts.writers.open(name);
  }

  property(name: string, initial: string): Promise<string> {
    return this.#parts.properties.get(name, initial);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#ending.abort();
    await Promise.allSettled(this.#running);
    await this.#appends.close();
    await this.#parts.writers.close();
    await this.#parts.reader.close();
  }

  #fetcher(topic: TopicName): TopicFetcher {
    const { connection, logger, names } = this.#parts;
    return new TopicFetcher(readingCluster(connection, logger), topic, names.topic(topic));
  }
}
