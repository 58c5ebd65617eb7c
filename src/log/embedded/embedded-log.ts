import type { Clock } from '../../domain/clock.ts';
import { messageOf, TaarError } from '../../domain/errors.ts';
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
import { ownPartition } from '../owned-partition.ts';
import type { SchemaIds } from '../record-codec.ts';
import type { TopicName } from '../topics.ts';
import { AppendQueue, positionsOf } from './append-queue.ts';
import { follow } from './follow.ts';
import { LogThread } from './log-thread.ts';
import { memoryOf, RecordPacker } from './packed-records.ts';
import { type BatchLimits, PartitionReader } from './partition-reader.ts';
import { PartitionTable } from './partition-table.ts';
import { feed } from './process-loop.ts';

export interface EmbeddedLogOptions {
  /** The file; made with its folder where it is missing. Two more files stand beside it while it is open. */
  readonly file: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often compaction and retention look whether they are due; 0 for only when `maintain` is called. */
  readonly maintainEveryMs?: number;
  /** Bounds of one batch: larger ones are cheaper a record, smaller ones hold the reader's thread for less. */
  readonly maxBatchRecords?: number;
  readonly maxBatchBytes?: number;
  /** How long `process` lets a few records wait for more; 0 for not at all. */
  readonly beatMs?: number;
}

const MAINTAIN_EVERY_MS = 60_000;
const MAX_BATCH_RECORDS = 500;
const MAX_BATCH_BYTES = 2 ** 20;
const BEAT_MS = 50;

/**
 * Opens the log of one process: a SQLite file behind a thread, durable on power loss.
 * @throws TaarError `log-in-use`, `log-unavailable`, `log-layout-unknown` or `topic-partitions-changed` (halt)
 */
export async function openEmbeddedLog(options: EmbeddedLogOptions): Promise<EmbeddedLog> {
  return new EmbeddedLog(await LogThread.open(options.file), options);
}

/** The event log in one file (DESIGN sections 4 and 10). */
export class EmbeddedLog implements EventLog {
  readonly id: string;
  /** The schemas of this log, for RecordCodec. */
  readonly schemaIds: SchemaIds;
  readonly #thread: LogThread;
  readonly #clock: Clock;
  readonly #table: PartitionTable;
  readonly #appends: AppendQueue;
  readonly #limits: BatchLimits;
  readonly #beatMs: number;
  readonly #ending = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #running = new Set<Promise<void>>();
  #closing: Promise<void> | undefined;

  constructor(thread: LogThread, options: EmbeddedLogOptions) {
    this.id = thread.logId;
    this.schemaIds = schemaIdsOf(thread);
    this.#thread = thread;
    this.#clock = options.clock;
    this.#table = new PartitionTable(thread.partitions);
    this.#appends = new AppendQueue(thread, this.#table, options.clock);
    this.#beatMs = options.beatMs ?? BEAT_MS;
    this.#limits = {
      maxRecords: options.maxBatchRecords ?? MAX_BATCH_RECORDS,
      maxBytes: options.maxBatchBytes ?? MAX_BATCH_BYTES,
    };
    const everyMs = options.maintainEveryMs ?? MAINTAIN_EVERY_MS;
    if (everyMs > 0) {
      const failed = (error: unknown): void => {
        if (this.#closing !== undefined) return;
        options.logger.error({ err: error, reason: messageOf(error) }, 'the log could not be compacted');
      };
      this.#timer = setInterval(() => void this.maintain().catch(failed), everyMs).unref();
    }
  }

  append(records: readonly OutgoingRecord[]): Promise<readonly Position[]> {
    return this.#appends.append(records);
  }

  async process(group: string, topic: TopicName, handler: BatchHandler, signal: AbortSignal): Promise<void> {
    const running = this.#process(group, topic, handler, signal);
    this.#running.add(running);
    await running.finally(() => this.#running.delete(running));
  }

  async #process(group: string, topic: TopicName, handler: BatchHandler, signal: AbortSignal): Promise<void> {
    const thread = this.#thread;
    const name = `group ${group} on ${topic}`;
    const lease = { name, epoch: await thread.request({ kind: 'lease', name }) };
    const parts = { thread, table: this.#table, clock: this.#clock, beatMs: this.#beatMs };
    const context = { ...parts, group, lease, handler };
    const failing = new AbortController();
    const until = AbortSignal.any([signal, this.#ending.signal, failing.signal]);
    const loops = this.#readers(topic).map((reader) => {
      const work = async (stopping: AbortSignal): Promise<void> => {
        const offsets = await this.committedOffsets(group, topic);
        await feed(context, reader, offsets[reader.partition] ?? 0, stopping);
      };
      // A handler that cannot say what is to become of a partition ends the others, too, in order.
      return ownPartition(handler, reader.partition, work, until).catch((error: unknown) =>
        failing.abort(error),
      );
    });
    await Promise.all(loops);
    failing.signal.throwIfAborted();
  }

  async *follow(topic: TopicName, from: StartOf, signal: AbortSignal): AsyncGenerator<RecordBatch> {
    const readers = this.#readers(topic);
    const until = AbortSignal.any([signal, this.#ending.signal]);
    const bounds = await this.bounds(topic);
    const offsets = bounds.map(({ earliest, end }, partition) => {
      if (from === 'latest') return end;
      const start = from === 'earliest' ? earliest : (from.get(partition) ?? earliest);
      if (start > end) throw outOfRange(topic, partition, start, end);
      return start;
    });
    yield* follow(this.#thread, readers, offsets, until);
  }

  async *read({ topic, partition, from, to }: OffsetRange): AsyncGenerator<LogRecord> {
    const id = this.#table.idOf(topic, partition);
    const reader = new PartitionReader(this.#thread, topic, partition, id, this.#limits);
    let offset = from;
    while (offset < to) {
      const batch = await reader.read(offset, to);
      yield* batch.records;
      if (batch.next <= offset || batch.next >= batch.end) return;
      offset = batch.next;
    }
  }

  bounds(topic: TopicName): Promise<readonly PartitionBounds[]> {
    return this.#thread.request({ kind: 'bounds', partitionIds: this.#table.idsOf(topic) });
  }

  committedOffsets(group: string, topic: TopicName): Promise<readonly Offset[]> {
    return this.#thread.request({ kind: 'group-offsets', group, partitionIds: this.#table.idsOf(topic) });
  }

  async exclusiveWriter(name: string): Promise<ExclusiveWriter> {
    const lease = { name: `writer ${name}`, epoch: 0 };
    const epoch = await this.#thread.request({ kind: 'lease', name: lease.name });
    return { append: (records) => this.#appendAs({ ...lease, epoch }, records) };
  }

  property(name: string, initial: string): Promise<string> {
    return this.#thread.request({ kind: 'property', name: `property ${name}`, initial });
  }

  /** Compaction and retention, where they are due; resolves when they are done. */
  async maintain(): Promise<void> {
    await this.#thread.request({ kind: 'maintain', now: this.#clock() });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    this.#ending.abort();
    await Promise.allSettled(this.#running);
    await this.#appends.drained();
    await this.#thread.close();
  }

  async #appendAs(
    lease: { name: string; epoch: number },
    records: readonly OutgoingRecord[],
  ): Promise<readonly Position[]> {
    const packer = new RecordPacker();
    const partitions = this.#table.pack(records, packer);
    const packed = packer.finish();
    const request = { kind: 'append', now: this.#clock(), records: packed, lease } as const;
    return positionsOf(records, partitions, await this.#thread.request(request, memoryOf(packed)));
  }

  #readers(topic: TopicName): PartitionReader[] {
    return this.#table
      .idsOf(topic)
      .map((id, partition) => new PartitionReader(this.#thread, topic, partition, id, this.#limits));
  }
}

function outOfRange(topic: TopicName, partition: number, start: Offset, end: Offset): TaarError {
  return new TaarError(
    'offset-out-of-range',
    'halt',
    `${topic}/${partition} ends at offset ${end} and cannot be followed from ${start}: the log has lost records or ` +
      'is another one; restore it, or rebuild what follows it',
  );
}

function schemaIdsOf(thread: LogThread): SchemaIds {
  return {
    idOf: (type, text) => thread.request({ kind: 'schema-id', type, text }),
    schemaOf: async (id) => {
      const found = await thread.request({ kind: 'schema', id });
      return found === null ? undefined : { type: found.type, schema: found.text };
    },
  };
}
