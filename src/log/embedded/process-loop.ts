import type { Clock } from '../../domain/clock.ts';
import { TaarError } from '../../domain/errors.ts';
import type { BatchHandler, Offset, RecordBatch } from '../event-log.ts';
import { positionsOf } from './append-queue.ts';
import type { LogThread } from './log-thread.ts';
import { memoryOf } from './packed-records.ts';
import { growth, type PartitionReader } from './partition-reader.ts';
import type { PartitionTable } from './partition-table.ts';
import type { Lease } from './protocol.ts';

/** What the loops of one consumer group share. */
export interface GroupContext {
  readonly thread: LogThread;
  readonly table: PartitionTable;
  readonly clock: Clock;
  readonly group: string;
  readonly lease: Lease;
  readonly handler: BatchHandler;
}

/** Feeds one partition to the handler until the signal aborts; see EventLog.process. */
export async function processPartition(
  context: GroupContext,
  reader: PartitionReader,
  from: Offset,
  signal: AbortSignal,
): Promise<void> {
  const { handler, thread } = context;
  const { partition } = reader;
  await handler.assigned(partition);
  let offset = from;
  let ahead: Promise<RecordBatch> | undefined;
  while (!signal.aborted) {
    await growth(thread, [reader.id], () => reader.hasFrom(offset), signal);
    if (signal.aborted) break;
    const batch = await (ahead ?? reader.read(offset));
    // Reading ahead keeps the disk busy while the handler works; a failure shows when the batch is wanted.
    ahead = reader.hasFrom(batch.next) ? reader.read(batch.next) : undefined;
    ahead?.catch(() => {});
    await step(context, reader, batch, offset);
    offset = batch.next;
  }
  await handler.revoked(partition);
}

async function step(
  { thread, table, clock, group, lease, handler }: GroupContext,
  { partition, id: partitionId }: PartitionReader,
  batch: RecordBatch,
  expected: Offset,
): Promise<void> {
  const output = await handler.batch(batch);
  const { packed: records, partitions } = table.pack(output);
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
  try {
    const offsets = await thread.request(commit, memoryOf(records));
    await handler.committed(partition, positionsOf(output, partitions, offsets));
  } catch (error) {
    if (error instanceof TaarError && error.code === 'writer-fenced') await handler.lost(partition);
    throw error;
  }
}
