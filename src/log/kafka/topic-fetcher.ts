import type Cluster from 'kafkajs/src/cluster/index.js';
import type { Broker, FetchedPartition, TopicOffsets } from 'kafkajs/src/cluster/index.js';
import { TaarError } from '../../domain/errors.ts';
import type { Offset, RecordBatch } from '../event-log.ts';
import { type TopicName, topicSettings } from '../topics.ts';
import { batchOf } from './fetched-batch.ts';
import { asLogError, isOutOfRange } from './kafka-errors.ts';
import { OffsetOutOfRange } from './offset-out-of-range.ts';

/** Where to read on in one partition. */
export interface FetchFrom {
  readonly partition: number;
  readonly offset: Offset;
}

export interface FetchLimits {
  /** How long the broker may keep the request when there is nothing yet. */
  readonly maxWaitMs: number;
  /** Of one partition, and of all together; what is fetched is decoded in one go and held in memory. */
  readonly maxPartitionBytes: number;
  readonly maxBytes: number;
}

/** Large enough for any frame that a broker accepts (1 MB) and thousands of empty ones before it. */
const PROBE_BYTES = 8 * 2 ** 20;
const READ_COMMITTED = 1;

/**
 * Reads partitions of one topic from the nodes that lead them. Unlike the client's consumer it tells, for each
 * partition, where the reader stands and where the partition ends, also when no record came: without that nobody
 * can say that it has caught up.
 */
export class TopicFetcher {
  readonly #cluster: Cluster;
  readonly #topic: TopicName;
  readonly #name: string;
  #isStale = true;

  /** `name` is the topic's name in the cluster. The cluster is the fetcher's own. */
  constructor(cluster: Cluster, topic: TopicName, name: string) {
    this.#cluster = cluster;
    this.#topic = topic;
    this.#name = name;
  }

  /**
   * One round: batches of the partitions that were asked for, as far as their nodes answered.
   * @throws TaarError `log-unavailable` (retry) when none did; `offset-out-of-range` (halt) where an offset is none
   *   of the partition's
   */
  async fetch(from: readonly FetchFrom[], limits: FetchLimits): Promise<RecordBatch[]> {
    try {
      await this.#refresh();
      const nodes = this.#cluster.findLeaderForPartitions(
        this.#name,
        from.map(({ partition }) => partition),
      );
      // The client leaves out partitions of which it knows no leader; it is to look for one before the next round.
      if (Object.values(nodes).flat().length < from.length) this.#isStale = true;
      const answers = await Promise.allSettled(
        Object.entries(nodes).map(([nodeId, partitions]) =>
          this.#fetchFrom(
            nodeId,
            from.filter(({ partition }) => partitions.includes(partition)),
            limits,
          ),
        ),
      );
      return this.#fulfilled(answers);
    } catch (error) {
      this.#isStale = true;
      throw asLogError(error, `reading ${this.#topic}`);
    }
  }

  close(): Promise<void> {
    return this.#cluster.disconnect();
  }

  async #refresh(): Promise<void> {
    if (!this.#isStale) return this.#cluster.refreshMetadataIfNecessary();
    await this.#cluster.connect();
    await this.#cluster.addMultipleTargetTopics([this.#name]);
    await this.#cluster.refreshMetadata();
    this.#isStale = false;
  }

  /** What some nodes answered is good, even where others did not: those are looked for anew. */
  #fulfilled(answers: readonly PromiseSettledResult<RecordBatch[]>[]): RecordBatch[] {
    const failed = answers.filter((answer) => answer.status === 'rejected');
    for (const { reason } of failed) this.#forgetClosed(reason);
    if (failed.length > 0) this.#isStale = true;
    if (failed.length === answers.length) {
      throw (
        failed[0]?.reason ?? new TaarError('log-unavailable', 'retry', `${this.#name} has no leaders now`)
      );
    }
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  }

  async #fetchFrom(nodeId: string, from: readonly FetchFrom[], limits: FetchLimits): Promise<RecordBatch[]> {
    const broker = await this.#cluster.findBroker({ nodeId });
    const fetched = await this.#ask(broker, from, limits).catch((error: unknown) => {
      if (isOutOfRange(error)) return undefined;
      throw error;
    });
    if (fetched === undefined) return this.#backIntoRange(from);
    const batches = fetched.map((partition) => {
      const offset = from.find((each) => each.partition === partition.partition)?.offset ?? 0;
      return batchOf(this.#topic, offset, partition) ?? this.#probe(broker, offset, partition);
    });
    return Promise.all(batches);
  }

  /** Finds out whether anything is left before the end of a partition that gave no messages. */
  async #probe(broker: Broker, offset: Offset, { partition }: FetchedPartition): Promise<RecordBatch> {
    const limits = { maxWaitMs: 0, maxPartitionBytes: PROBE_BYTES, maxBytes: PROBE_BYTES };
    const [fetched] = await this.#ask(broker, [{ partition, offset }], limits);
    if (fetched === undefined) throw new TaarError('log-unavailable', 'retry', 'a fetch gave no partition');
    const end = Number(fetched.lastStableOffset);
    // Only compaction leaves frames without records; elsewhere the records are yet to come.
    const next = topicSettings(this.#topic).policy === 'compact' ? end : offset;
    return batchOf(this.#topic, offset, fetched) ?? { topic: this.#topic, partition, records: [], next, end };
  }

  /** What was dropped by its age is passed over, as compaction's holes are; from behind the end nobody can go on. */
  async #backIntoRange(from: readonly FetchFrom[]): Promise<RecordBatch[]> {
    const partitions = from.map(({ partition }) => ({ partition }));
    const boundary = (fromBeginning: boolean): Promise<TopicOffsets[]> =>
      this.#cluster.fetchTopicsOffset([{ topic: this.#name, partitions, fromBeginning }]);
    const [earliest, ends] = await Promise.all([boundary(true), boundary(false)]);
    return from.flatMap(({ partition, offset }) => {
      const [first, end] = [offsetIn(earliest, partition), offsetIn(ends, partition)];
      // Without a leader nobody can say what the range is.
      if (first === undefined || end === undefined) return [];
      if (offset > end) throw new OffsetOutOfRange(this.#topic, partition, offset, end);
      return offset < first ? [{ topic: this.#topic, partition, records: [], next: first, end }] : [];
    });
  }

  async #ask(broker: Broker, from: readonly FetchFrom[], limits: FetchLimits): Promise<FetchedPartition[]> {
    const { responses } = await broker.fetch({
      maxWaitTime: limits.maxWaitMs,
      minBytes: 1,
      maxBytes: limits.maxBytes,
      isolationLevel: READ_COMMITTED,
      topics: [
        {
          topic: this.#name,
          partitions: from.map(({ partition, offset }) => ({
            partition,
            fetchOffset: `${offset}`,
            maxBytes: limits.maxPartitionBytes,
          })),
        },
      ],
    });
    return responses.flatMap(({ partitions }) => partitions);
  }

  /** The client keeps a connection that the other side has closed until it is told. */
  #forgetClosed(error: unknown): void {
    if (error instanceof Error && 'host' in error && 'port' in error) {
      this.#cluster.removeBroker({ host: `${error.host}`, port: Number(error.port) });
    }
  }
}

function offsetIn([found]: readonly TopicOffsets[], partition: number): Offset | undefined {
  const offset = found?.partitions.find((each) => each.partition === partition)?.offset;
  return offset === undefined ? undefined : Number(offset);
}
