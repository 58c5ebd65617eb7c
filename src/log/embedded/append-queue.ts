import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../domain/clock.ts';
import { TaarError } from '../../domain/errors.ts';
import type { OutgoingRecord, Position } from '../event-log.ts';
import type { LogThread } from './log-thread.ts';
import { memoryOf, RecordPacker } from './packed-records.ts';
import type { PartitionTable } from './partition-table.ts';

/** More than this waiting for the disk means that it does not keep up: better refused than memory filled. */
const MAX_PENDING_BYTES = 64 * 2 ** 20;
/** What goes to the thread in one message: keeps packing it to some milliseconds. */
const MAX_BATCH_BYTES = 2 * 2 ** 20;

/** One caller's records: appended together, in order. */
interface Call {
  readonly records: readonly OutgoingRecord[];
  readonly partitions: Uint32Array;
  readonly bytes: number;
  readonly waiting: PromiseWithResolvers<readonly Position[]>;
}

/** What goes to the thread in one message. */
class Batch {
  readonly packer = new RecordPacker();
  readonly calls: Call[] = [];
}

/** Appends of many callers, sent together: what comes while one batch is on its way to the disk makes the next. */
export class AppendQueue {
  readonly #thread: LogThread;
  readonly #partitions: PartitionTable;
  readonly #clock: Clock;
  readonly #batches: Batch[] = [];
  #pendingBytes = 0;
  #sending: Promise<void> | undefined;

  constructor(thread: LogThread, partitions: PartitionTable, clock: Clock) {
    this.#thread = thread;
    this.#partitions = partitions;
    this.#clock = clock;
  }

  /**
   * Takes the bytes as they are now: the caller may do what it likes with them afterwards.
   * @throws TaarError `log-overloaded` or `log-unavailable` (retry), `topic-unknown` (halt)
   */
  async append(records: readonly OutgoingRecord[]): Promise<readonly Position[]> {
    if (records.length === 0) return [];
    const bytes = records.reduce((sum, { key, value }) => sum + key.length + (value?.length ?? 0), 0);
    if (this.#pendingBytes > 0 && this.#pendingBytes + bytes > MAX_PENDING_BYTES) {
      throw new TaarError('log-overloaded', 'retry', 'the disk does not keep up with what is appended');
    }
    const { packer, calls } = this.#filling();
    const partitions = this.#partitions.pack(records, packer);
    const waiting = Promise.withResolvers<readonly Position[]>();
    calls.push({ records, partitions, bytes, waiting });
    this.#pendingBytes += bytes;
    this.#sending ??= this.#sendAll();
    return waiting.promise;
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    await this.#sending;
  }

  #filling(): Batch {
    const last = this.#batches.at(-1);
    if (last !== undefined && last.packer.size < MAX_BATCH_BYTES) return last;
    const batch = new Batch();
    this.#batches.push(batch);
    return batch;
  }

  async #sendAll(): Promise<void> {
    // A turn later, so that all requests of this turn go together.
    await setImmediate();
    for (let batch = this.#batches.shift(); batch !== undefined; batch = this.#batches.shift()) {
      await this.#send(batch);
    }
    this.#sending = undefined;
  }

  async #send({ packer, calls }: Batch): Promise<void> {
    try {
      const records = packer.finish();
      const request = { kind: 'append', now: this.#clock(), records, lease: null } as const;
      const offsets = await this.#thread.request(request, memoryOf(records));
      let from = 0;
      for (const { records: own, partitions, waiting } of calls) {
        waiting.resolve(positionsOf(own, partitions, offsets.subarray(from, from + own.length)));
        from += own.length;
      }
    } catch (error) {
      for (const { waiting } of calls) waiting.reject(error);
    } finally {
      for (const { bytes } of calls) this.#pendingBytes -= bytes;
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
