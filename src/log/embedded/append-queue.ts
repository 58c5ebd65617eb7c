import type { Clock } from '../../domain/clock.ts';
import { TaarError } from '../../domain/errors.ts';
import type { OutgoingRecord, Position } from '../event-log.ts';
import type { LogThread } from './log-thread.ts';
import { memoryOf } from './packed-records.ts';
import type { PartitionTable } from './partition-table.ts';

/** More than this waiting for the disk means that it does not keep up: better refused than memory filled. */
const MAX_PENDING_BYTES = 64 * 2 ** 20;
/** What goes to the thread in one message: keeps packing it to some milliseconds. */
const MAX_BATCH_BYTES = 2 * 2 ** 20;

interface Pending {
  readonly records: readonly OutgoingRecord[];
  readonly bytes: number;
  readonly waiting: PromiseWithResolvers<readonly Position[]>;
}

/** Appends of many callers, sent together: what comes while one batch is on its way to the disk makes the next. */
export class AppendQueue {
  readonly #thread: LogThread;
  readonly #partitions: PartitionTable;
  readonly #clock: Clock;
  #pending: Pending[] = [];
  #pendingBytes = 0;
  #sending: Promise<void> | undefined;

  constructor(thread: LogThread, partitions: PartitionTable, clock: Clock) {
    this.#thread = thread;
    this.#partitions = partitions;
    this.#clock = clock;
  }

  /** @throws TaarError `log-overloaded` or `log-unavailable` (retry) */
  async append(records: readonly OutgoingRecord[]): Promise<readonly Position[]> {
    if (records.length === 0) return [];
    const bytes = records.reduce((sum, { key, value }) => sum + key.length + (value?.length ?? 0), 0);
    if (this.#pendingBytes > 0 && this.#pendingBytes + bytes > MAX_PENDING_BYTES) {
      throw new TaarError('log-overloaded', 'retry', 'the disk does not keep up with what is appended');
    }
    const waiting = Promise.withResolvers<readonly Position[]>();
    this.#pending.push({ records, bytes, waiting });
    this.#pendingBytes += bytes;
    this.#sending ??= this.#sendAll();
    return waiting.promise;
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    // One turn later, so that all requests of this turn go together.
    await Promise.resolve();
    while (this.#pending.length > 0) await this.#send(this.#next());
    this.#sending = undefined;
  }

  #next(): readonly Pending[] {
    let bytes = 0;
    const count = this.#pending.findIndex((pending, i) => {
      bytes += pending.bytes;
      return i > 0 && bytes > MAX_BATCH_BYTES;
    });
    return count < 0 ? this.#pending.splice(0) : this.#pending.splice(0, count);
  }

  async #send(batch: readonly Pending[]): Promise<void> {
    try {
      const records = batch.flatMap((pending) => pending.records);
      const { packed, partitions } = this.#partitions.pack(records);
      const request = { kind: 'append', now: this.#clock(), records: packed, lease: null } as const;
      const offsets = await this.#thread.request(request, memoryOf(packed));
      const positions = positionsOf(records, partitions, offsets);
      let from = 0;
      for (const { records: own, waiting } of batch) {
        waiting.resolve(positions.slice(from, from + own.length));
        from += own.length;
      }
    } catch (error) {
      for (const { waiting } of batch) waiting.reject(error);
    } finally {
      for (const { bytes } of batch) this.#pendingBytes -= bytes;
    }
  }
}

/** Where each record went. */
export function positionsOf(
  records: readonly OutgoingRecord[],
  partitions: Uint32Array,
  offsets: Float64Array,
): Position[] {
  return records.map(({ topic }, i) => ({ topic, partition: partitions[i] ?? 0, offset: offsets[i] ?? 0 }));
}
