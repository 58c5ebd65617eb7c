import type { EpochMs } from '../domain/clock.ts';
import type { TopicName } from './topics.ts';

/** A place in a partition. Kafka's 64-bit offsets stay far below 2^53, so a number holds them. */
export type Offset = number;

export interface Position {
  readonly topic: TopicName;
  readonly partition: number;
  readonly offset: Offset;
}

export type Headers = Readonly<Record<string, string>>;

/** A record to append. Its partition follows from its key (log/partition.ts). A null value is a tombstone. */
export interface OutgoingRecord {
  readonly topic: TopicName;
  readonly key: string;
  readonly value: Uint8Array | null;
  readonly headers?: Headers;
}

export interface LogRecord extends Position {
  /** When it was appended, by the log's clock. */
  readonly timestamp: EpochMs;
  readonly key: string;
  readonly value: Uint8Array | null;
  readonly headers: Headers;
}

/** Records of one partition in order. `records` may be empty: then the batch only tells where the reader stands. */
export interface RecordBatch {
  readonly topic: TopicName;
  readonly partition: number;
  readonly records: readonly LogRecord[];
  /** The offset after the last record that this batch covers; compaction may leave holes before it. */
  readonly next: Offset;
  /** The end of the partition when the batch was read. The reader has caught up when `next` reaches it. */
  readonly end: Offset;
}

/** Offsets in [from, to) of one partition. */
export interface OffsetRange {
  readonly topic: TopicName;
  readonly partition: number;
  readonly from: Offset;
  readonly to: Offset;
}

export interface PartitionBounds {
  readonly earliest: Offset;
  readonly end: Offset;
}

/** Where to start following: everything, only what is new, or an offset for each partition (others: earliest). */
export type StartOf = 'earliest' | 'latest' | ReadonlyMap<number, Offset>;

/**
 * What turns batches into output. `batch` may be called again with the same records after a failure, so it changes
 * nothing outside; `committed` follows exactly once when its output and the input offsets are durable together.
 * What fails concerns one partition: the others go on.
 */
export interface BatchHandler {
  /**
   * Bring local state up to the output's end; the first batch comes after it resolves. When `signal` aborts, leave
   * off: no batch follows, but `revoked` (or `lost`, when it rejects) does.
   */
  assigned(partition: number, signal: AbortSignal): Promise<void>;
  /** The records to append because of this batch. */
  batch(batch: RecordBatch): Promise<readonly OutgoingRecord[]>;
  /** The output is durable at `positions`, in the order in which `batch` returned it. */
  committed(partition: number, positions: readonly Position[]): Promise<void>;
  /** The partition goes to somebody else, in order. */
  revoked(partition: number): Promise<void>;
  /** The partition is gone already: write nothing more for it. */
  lost(partition: number): Promise<void>;
  /**
   * Something failed for a partition: the handler itself, or the log (`error` has a disposition, see TaarError).
   * `lost` was called before.
   * Resolves with true when the partition is to be taken up again, after whatever wait the handler thinks right:
   * then comes `assigned`, and the batches from the last committed offset. With false the partition stands still
   * until the process ends or the partition goes to somebody else: it keeps its owner, so that the next one does not
   * fall over the same record.
   * `signal` aborts when the wait is to be cut short (stopping, or the partition goes away).
   */
  failed(partition: number, error: unknown, signal: AbortSignal): Promise<boolean>;
}

/** Appends as the only holder of a name; a later holder of the same name fences this one off. */
export interface ExclusiveWriter {
  /** All of the records or none. @throws TaarError `writer-fenced` (halt) once another holder has come. */
  append(records: readonly OutgoingRecord[]): Promise<readonly Position[]>;
}

/**
 * The truth of the system: topics of ordered partitions. Two adapters: `embedded/` (SQLite, one process) and
 * `kafka/`. The same tests run on both (test/conformance/event-log.ts).
 */
export interface EventLog {
  /** Names this log; a view that was fed by another log must not be used with it. */
  readonly id: string;

  /**
   * How long `bounds` may tell an end that is earlier than one it told before: after a failure of the nodes that keep
   * the log. Missing where that never happens.
   */
  readonly endSettlesMs?: number;

  /**
   * Appends; when it resolves the records are durable. Records of one call and one key keep their order. The bytes of
   * the values must stay as they are until it resolves, and for ever where it rejects: a try may still be under way.
   */
  append(records: readonly OutgoingRecord[]): Promise<readonly Position[]>;

  /**
   * Feeds a consumer group's partitions to the handler, one batch of a partition at a time, and commits output and
   * input offsets in one transaction. An error of one partition goes to `handler.failed`, and the others go on.
   * Resolves when the signal aborts and the work in flight is done; rejects only for what concerns the whole group:
   * the log cannot be reached at all, or does not let the group begin.
   */
  process(group: string, topic: TopicName, handler: BatchHandler, signal: AbortSignal): Promise<void>;

  /**
   * Reads without a group, for ever. Each partition yields at least one batch that has caught up, even when empty.
   * Ends when the signal aborts.
   */
  follow(topic: TopicName, from: StartOf, signal: AbortSignal): AsyncIterable<RecordBatch>;

  /**
   * The records that still exist in a range within the partition's bounds, in order. The memory of their values is the reader's; records of one
   * call may share it.
   */
  read(range: OffsetRange): AsyncIterable<LogRecord>;

  /** Bounds of every partition of a topic, by partition number. */
  bounds(topic: TopicName): Promise<readonly PartitionBounds[]>;

  /**
   * The next offset that a group will process, by partition number; 0 where it has none yet. What was committed this
   * moment may not show yet.
   */
  committedOffsets(group: string, topic: TopicName): Promise<readonly Offset[]>;

  /** Becomes the only writer of that name. */
  exclusiveWriter(name: string): Promise<ExclusiveWriter>;

  /** The value kept under a name; stores `initial` where there is none yet. Small, and never changed afterwards. */
  property(name: string, initial: string): Promise<string>;

  close(): Promise<void>;
}

/** True when a batch reaches the end that its partition had. */
export function hasCaughtUp(batch: RecordBatch): boolean {
  return batch.next >= batch.end;
}
