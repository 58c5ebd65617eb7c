import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../domain/clock.ts';
import type { BatchHandler, Offset, RecordBatch } from '../event-log.ts';
import { positionsOf } from './append-queue.ts';
import type { LogThread } from './log-thread.ts';
import { memoryOf, RecordPacker } from './packed-records.ts';
import { growth, type PartitionReader } from './partition-reader.ts';
import type { PartitionTable } from './partition-table.ts';
import type { Lease } from './protocol.ts';

/** With so many records waiting a batch costs little a record; fewer wait for the next beat. */
const WORTHWHILE_RECORDS = 100;

/** What the loops of one consumer group share. */
export interface GroupContext {
  readonly thread: LogThread;
  readonly table: PartitionTable;
  readonly clock: Clock;
  readonly group: string;
  readonly lease: Lease;
  readonly handler: BatchHandler;
  /** How long a few records may wait for more; 0: not at all. */
  readonly beatMs: number;
}

/** Feeds one partition to the handler from an offset on until the signal aborts; see EventLog.process. */
export async function feed(
  context: GroupContext,
  reader: PartitionReader,
  from: Offset,
  signal: AbortSignal,
): Promise<void> {
  let offset = from;
  let ahead: Promise<RecordBatch> | undefined;
  for (;;) {
    await growth(context.thread, [reader.id], () => reader.hasFrom(offset), signal);
    if (!reader.hasFrom(offset + WORTHWHILE_RECORDS)) await nextBeat(context.beatMs, signal);
    if (signal.aborted) return;
    const batch = await (ahead ?? reader.read(offset));
    // Reading ahead keeps the disk busy while the handler works; a failure shows when the batch is wanted.
    ahead = reader.hasFrom(batch.next + WORTHWHILE_RECORDS) ? reader.read(batch.next) : undefined;
    ahead?.catch(() => {});
    await step(context, reader, batch, offset);
    offset = batch.next;
  }
}

/**
 * Waits for a moment that is the same for all partitions: what comes until then makes one batch, and the batches of
 * one moment one transaction. A batch and a sync of the disk for each record would cost ten times the work.
 */
async function nextBeat(beatMs: number, signal: AbortSignal): Promise<void> {
  if (beatMs === 0) return;
  await sleep(beatMs - (performance.now() % beatMs), undefined, { signal }).catch(() => {});
}

async function step(
  { thread, table, clock, group, lease, handler }: GroupContext,
  { partition, id: partitionId }: PartitionReader,
  batch: RecordBatch,
  expected: Offset,
): Promise<void> {
  const output = await handler.batch(batch);
  const packer = new RecordPacker();
  const partitions = table.pack(output, packer);
  const records = packer.finish();
  const { next } = batch;
  const commit = {
    kind: 'commit',
    now: clock(),
    group,
    partitionId,
    expected,
    next,
    records,
    lease,
  } as const;
  const offsets = await thread.request(commit, memoryOf(records));
  await handler.committed(partition, positionsOf(output, partitions, offsets));
}
