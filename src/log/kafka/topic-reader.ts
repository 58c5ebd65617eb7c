import { setTimeout as sleep } from 'node:timers/promises';
import type Cluster from 'kafkajs/src/cluster/index.js';
import type { TopicOffsets } from 'kafkajs/src/cluster/index.js';
import { TaarError } from '../../domain/errors.ts';
import type { LogRecord, Offset, OffsetRange, PartitionBounds, Position, RecordBatch } from '../event-log.ts';
import { type TopicName, topicSettings } from '../topics.ts';
import { asLogError } from './kafka-errors.ts';
import type { Names } from './names.ts';
import { TopicFetcher } from './topic-fetcher.ts';

const READ_LIMITS = { maxWaitMs: 0, maxPartitionBytes: 2 ** 20, maxBytes: 2 ** 20 };

/** Brokers end a transaction within milliseconds, also of another writer in the same partition. */
const VISIBLE_POLL_MS = 5;
/** As long as a writer that died with a transaction open can hold readers up. */
const VISIBLE_PATIENCE_MS = 30_000;

/**
 * Long enough for a leader to be chosen, also of a topic that was made this moment on a busy machine; short enough for
 * whoever waits at a health check.
 */
const PATIENCE_MS = 5_000;
const RETRY_MS = 200;

/** Answers what is there now: bounds, ranges, and how far groups have come. Never waits for new records. */
export class TopicReader {
  readonly #cluster: Cluster;
  readonly #names: Names;
  readonly #fetchers = new Map<TopicName, TopicFetcher>();

  /** The cluster is the reader's own. */
  constructor(cluster: Cluster, names: Names) {
    this.#cluster = cluster;
    this.#names = names;
  }

  /** @throws TaarError `log-unavailable` (retry) */
  bounds(topic: TopicName): Promise<readonly PartitionBounds[]> {
    return this.#patiently(topic, `asking for the bounds of ${topic}`, async () => {
      const [earliest, ends] = await Promise.all([this.#offsets(topic, true), this.#offsets(topic, false)]);
      return ends.map((end, partition) => ({ earliest: earliest[partition] ?? 0, end }));
    });
  }

  /**
   * The range must have stood within the partition's bounds: a leader that has just been chosen may not yet know how
   * far the partition goes, and a reader that took its word would miss records for ever.
   * @throws TaarError `log-unavailable` (retry), also where the partition ends before `to` for longer than a moment
   */
  async *read({ topic, partition, from, to }: OffsetRange): AsyncGenerator<LogRecord> {
    let offset = from;
    while (offset < to) {
      const rest = { topic, partition, from: offset, to };
      const { records, next } = await this.#patiently(topic, `reading ${topic}`, () => this.#next(rest));
      for (const record of records) {
        if (record.offset >= to) return;
        yield owned(record);
      }
      offset = next;
    }
  }

  async #next(rest: OffsetRange): Promise<RecordBatch> {
    const { topic, partition, from: offset } = rest;
    const [batch] = await this.#fetcher(topic).fetch([{ partition, offset }], READ_LIMITS);
    if (batch === undefined || batch.next <= offset) throw endsEarly(rest);
    return batch;
  }

  /** @throws TaarError `log-unavailable` (retry) */
  committedOffsets(group: string, topic: TopicName): Promise<readonly Offset[]> {
    const partitions = partitionsOf(topic);
    const groupId = this.#names.group(group);
    return this.#patiently(topic, `asking how far ${group} has come in ${topic}`, async () => {
      const coordinator = await this.#cluster.findGroupCoordinator({ groupId });
      const asked = partitions.map((partition) => ({ partition }));
      const topics = [{ topic: this.#names.topic(topic), partitions: asked }];
      const { responses } = await coordinator.offsetFetch({ groupId, topics });
      // A group that has none yet has -1.
      return allOf(topic, responses).map((offset) => Math.max(0, offset));
    });
  }

  /**
   * Waits until readers see what was committed at these positions.
   * @throws TaarError `log-unavailable` (retry): it is committed all the same
   */
  async untilVisible(positions: readonly Position[]): Promise<void> {
    for (const topic of new Set(positions.map((position) => position.topic))) {
      const own = positions.filter((position) => position.topic === topic);
      const until = Date.now() + VISIBLE_PATIENCE_MS;
      for (;;) {
        const bounds = await this.bounds(topic);
        if (own.every(({ partition, offset }) => offset < (bounds[partition]?.end ?? 0))) break;
        if (Date.now() > until) {
          throw new TaarError('log-unavailable', 'retry', `what was appended to ${topic} cannot be read yet`);
        }
        await sleep(VISIBLE_POLL_MS);
      }
    }
  }

  close(): Promise<void> {
    return this.#cluster.disconnect();
  }

  /** A leader or coordinator that has just moved is found on the second try; an outage is the caller's to wait for. */
  async #patiently<R>(topic: TopicName, doing: string, ask: () => Promise<R>): Promise<R> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        await this.#cluster.connect();
        await this.#cluster.addMultipleTargetTopics([this.#names.topic(topic)]);
        await this.#cluster.refreshMetadataIfNecessary();
        return await ask();
      } catch (error) {
        const failure = asLogError(error, doing);
        if (failure.disposition !== 'retry' || Date.now() > until) throw failure;
        await sleep(RETRY_MS);
        await this.#cluster.refreshMetadata().catch(() => {});
      }
    }
  }

  async #offsets(topic: TopicName, fromBeginning: boolean): Promise<Offset[]> {
    const partitions = partitionsOf(topic).map((partition) => ({ partition }));
    const asked = { topic: this.#names.topic(topic), partitions, fromBeginning };
    return allOf(topic, await this.#cluster.fetchTopicsOffset([asked]));
  }

  #fetcher(topic: TopicName): TopicFetcher {
    const known = this.#fetchers.get(topic);
    if (known !== undefined) return known;
    const fetcher = new TopicFetcher(this.#cluster, topic, this.#names.topic(topic));
    this.#fetchers.set(topic, fetcher);
    return fetcher;
  }
}

function partitionsOf(topic: TopicName): number[] {
  return [...Array(topicSettings(topic).partitions).keys()];
}

/** The client's memory holds whole answers of a broker, and more of them to come: a reader gets memory of its own. */
function owned(record: LogRecord): LogRecord {
  return record.value === null ? record : { ...record, value: new Uint8Array(record.value) };
}

/**
 * The offsets of all partitions of a topic, by number. The client leaves out a partition of which it knows no leader:
 * taken for empty, it would be read as such, and a view of it believed to be complete.
 */
function allOf(topic: TopicName, found: readonly Pick<TopicOffsets, 'partitions'>[]): Offset[] {
  const offsets = new Map(
    found.flatMap((each) => each.partitions).map((each) => [each.partition, each.offset]),
  );
  return partitionsOf(topic).map((partition) => {
    const offset = offsets.get(partition);
    if (offset !== undefined) return Number(offset);
    throw new TaarError('log-unavailable', 'retry', `${topic}/${partition} has no leader for now`);
  });
}

function endsEarly({ topic, partition, from, to }: OffsetRange): TaarError {
  const what = `${topic}/${partition} ends at ${from} for now, and was to be read up to ${to}`;
  return new TaarError('log-unavailable', 'retry', what);
}
