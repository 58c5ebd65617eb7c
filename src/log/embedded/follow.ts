import type { Offset, RecordBatch } from '../event-log.ts';
import type { LogThread } from './log-thread.ts';
import { growth, type PartitionReader } from './partition-reader.ts';

/** Reads partitions from the given offsets on, in turn, for ever; see EventLog.follow. */
export async function* follow(
  thread: LogThread,
  readers: readonly PartitionReader[],
  from: readonly Offset[],
  signal: AbortSignal,
): AsyncGenerator<RecordBatch> {
  const next = [...from];
  const told = new Set<PartitionReader>();
  const ids = readers.map(({ id }) => id);
  const hasMore = (): boolean => readers.some((reader, i) => reader.hasFrom(next[i] ?? 0));
  while (!signal.aborted) {
    for (const [i, reader] of readers.entries()) {
      const offset = next[i] ?? 0;
      if (told.has(reader) && !reader.hasFrom(offset)) continue;
      const batch = await reader.read(offset);
      if (signal.aborted) return;
      next[i] = batch.next;
      if (batch.next >= batch.end) told.add(reader);
      yield batch;
      if (signal.aborted) return;
    }
    if (told.size === readers.length) await growth(thread, ids, hasMore, signal);
  }
}
