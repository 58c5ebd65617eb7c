import type { Offset, RecordBatch } from '../event-log.ts';
import type { TopicName } from '../topics.ts';
import type { LogThread } from './log-thread.ts';
import { toLogRecords } from './packed-records.ts';

/** How much of a partition is read at once. */
export interface BatchLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** Reads one partition of the file. */
export class PartitionReader {
  readonly topic: TopicName;
  readonly partition: number;
  readonly id: number;
  readonly #thread: LogThread;
  readonly #limits: BatchLimits;

  constructor(thread: LogThread, topic: TopicName, partition: number, id: number, limits: BatchLimits) {
    this.#thread = thread;
    this.topic = topic;
    this.partition = partition;
    this.id = id;
    this.#limits = limits;
  }

  /** The next records from an offset on, up to `to` or the end; perhaps none. */
  async read(from: Offset, to: Offset | null = null): Promise<RecordBatch> {
    const { topic, partition, id: partitionId } = this;
    const request = { kind: 'fetch', partitionId, from, to, ...this.#limits } as const;
    const { records, next, end } = await this.#thread.request(request);
    return { topic, partition, records: toLogRecords(records, topic, partition), next, end };
  }

  /** True when there is something to read from an offset on. */
  hasFrom(from: Offset): boolean {
    return this.#thread.end(this.id) > from;
  }
}

/**
 * Waits until `ready` holds, looking again each time one of the partitions grows; or until the signal aborts.
 * @throws TaarError `log-unavailable` (retry) when the log ends meanwhile
 */
export function growth(
  thread: LogThread,
  partitionIds: readonly number[],
  ready: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  if (ready() || signal.aborted) return Promise.resolve();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = (): void => {
    if (thread.failure !== undefined) reject(thread.failure);
    else if (ready() || signal.aborted) resolve();
    else return;
    unwatch();
    signal.removeEventListener('abort', look);
  };
  const unwatch = thread.watch(partitionIds, look);
  signal.addEventListener('abort', look);
  look();
  return promise;
}
