import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { TaarError } from '../../domain/errors.ts';
import type { BatchHandler, Offset, RecordBatch } from '../event-log.ts';
import { ownPartition } from '../owned-partition.ts';
import type { TopicName } from '../topics.ts';
import type { Names } from './names.ts';
import type { SharedFetch } from './shared-fetch.ts';
import { TransactionalWriter } from './transactional-writer.ts';

/** What the partitions that one process owns of a group have in common. */
export interface GroupWork {
  readonly kafka: Kafka;
  readonly names: Names;
  readonly group: string;
  readonly topic: TopicName;
  readonly handler: BatchHandler;
  readonly fetch: SharedFetch;
  /** Resolves when the process is a member of the group still, or when the signal aborts. */
  confirm(signal: AbortSignal): Promise<void>;
  /** The next offset that the group has to process in a partition. */
  committedOffset(partition: number): Promise<Offset>;
  /** A partition that has caught up commits at most this often; a few records may wait for more. */
  readonly commitEveryMs: number;
}

/** Works on the partitions that a process owns, until it is told to give them up. */
export class OwnedPartitions {
  readonly #work: GroupWork;
  /** By partition: what this process last did with it. Work that was abandoned must be over before it begins anew. */
  readonly #last = new Map<number, Promise<void>>();

  constructor(work: GroupWork) {
    this.#work = work;
  }

  /** Resolves when the batches in flight are committed or have failed, and every partition was told. */
  async own(partitions: readonly number[], signal: AbortSignal, abandoned: AbortSignal): Promise<void> {
    await Promise.all(
      partitions.map((partition) => {
        const owning = (this.#last.get(partition) ?? Promise.resolve()).then(() =>
          new OwnedPartition(this.#work, partition).run(signal, abandoned),
        );
        this.#last.set(
          partition,
          owning.catch(() => {}),
        );
        return owning;
      }),
    );
  }
}

class OwnedPartition {
  readonly #work: GroupWork;
  readonly #partition: number;
  #writer: TransactionalWriter | undefined;

  constructor(work: GroupWork, partition: number) {
    this.#work = work;
    this.#partition = partition;
  }

  async run(signal: AbortSignal, abandoned: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const letGo = (): void => void this.#writer?.close();
    abandoned.addEventListener('abort', letGo, { once: true });
    const { handler } = this.#work;
    const fencing: BatchHandler = {
      assigned: async (partition, stopping) => {
        await this.#work.confirm(stopping);
        if (stopping.aborted) return;
        await this.#fence();
        await handler.assigned(partition, stopping);
      },
      batch: (batch) => handler.batch(batch),
      committed: (partition, positions) => handler.committed(partition, positions),
      revoked: (partition) => handler.revoked(partition),
      lost: (partition) => handler.lost(partition),
      failed: (partition, error, stopping) => handler.failed(partition, passing(error), stopping),
    };
    try {
      await ownPartition(fencing, this.#partition, (stopping) => this.#feed(stopping), signal);
    } finally {
      abandoned.removeEventListener('abort', letGo);
      await this.#writer?.close();
    }
  }

  /**
   * Whoever owned the partition before can commit nothing more from here on. So what is read after this is the
   * truth: the changelog's end, and how far the group has come.
   */
  async #fence(): Promise<void> {
    const { kafka, names, group, topic } = this.#work;
    await this.#writer?.close();
    const id = names.partitionWriter(group, topic, this.#partition);
    this.#writer = await TransactionalWriter.open(kafka, names, id);
  }

  async #feed(signal: AbortSignal): Promise<void> {
    const { fetch, commitEveryMs } = this.#work;
    let offset = await this.#work.committedOffset(this.#partition);
    let ahead: Promise<RecordBatch | undefined> | undefined;
    while (!signal.aborted) {
      const batch = await (ahead ?? fetch.next(this.#partition, offset, signal));
      if (batch === undefined) return;
      const began = performance.now();
      const isBehind = batch.next < batch.end;
      // Reading ahead keeps the brokers busy while the handler works; a failure shows when the batch is wanted.
      ahead = isBehind ? fetch.next(this.#partition, batch.next, signal) : undefined;
      ahead?.catch(() => {});
      await this.#step(batch);
      offset = batch.next;
      const untilNext = commitEveryMs - (performance.now() - began);
      if (!isBehind && untilNext > 0) await sleep(untilNext, undefined, { signal }).catch(() => {});
    }
  }

  async #step(batch: RecordBatch): Promise<void> {
    const { group, topic, handler } = this.#work;
    const output = await handler.batch(batch);
    if (this.#writer === undefined) throw new TaarError('log-unavailable', 'retry', 'the partition was lost');
    const offset = { group, topic, partition: batch.partition, next: batch.next };
    const positions = await this.#writer.commit(output, offset);
    await handler.committed(batch.partition, positions);
  }
}

/**
 * Fenced off: by the next owner, or by the brokers after a transaction that took too long. The group knows which: in
 * the first case the partition is about to be given up, in the second it is taken up again.
 */
function passing(error: unknown): unknown {
  if (!(error instanceof TaarError) || error.code !== 'writer-fenced') return error;
  return new TaarError('partition-fenced', 'retry', error.message, { cause: error });
}
