import { hasCaughtUp, type Offset, type RecordBatch } from '../event-log.ts';
import type { FetchLimits, TopicFetcher } from './topic-fetcher.ts';

/** Half of what a node decodes in one go: answers wait on the same event loop. */
const FOLLOW_LIMITS: FetchLimits = { maxWaitMs: 250, maxPartitionBytes: 2 ** 20, maxBytes: 2 ** 20 };

/**
 * Reads partitions from the given offsets on, for ever; see EventLog.follow. `ends` are known ends: no partition has
 * caught up before it has reached its. Closes the fetcher at the end.
 */
export async function* follow(
  fetcher: TopicFetcher,
  from: readonly Offset[],
  ends: readonly Offset[],
  signal: AbortSignal,
): AsyncGenerator<RecordBatch> {
  const next = [...from];
  const told = new Set<number>();
  const aborted = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  try {
    while (!signal.aborted) {
      const maxWaitMs = told.size < next.length ? 0 : FOLLOW_LIMITS.maxWaitMs;
      const fetching = fetcher.fetch(
        next.map((offset, partition) => ({ partition, offset })),
        { ...FOLLOW_LIMITS, maxWaitMs },
      );
      fetching.catch(() => {});
      const batches = await Promise.race([fetching, aborted]);
      for (const fetched of batches ?? []) {
        if (signal.aborted) return;
        // A leader that has just been chosen may not yet know how far the partition goes.
        const batch = { ...fetched, end: Math.max(fetched.end, ends[fetched.partition] ?? 0) };
        const isNews = batch.next > (next[batch.partition] ?? 0);
        next[batch.partition] = Math.max(batch.next, next[batch.partition] ?? 0);
        const isFirstEnd = hasCaughtUp(batch) && !told.has(batch.partition);
        if (hasCaughtUp(batch)) told.add(batch.partition);
        if (isNews || isFirstEnd) yield batch;
      }
    }
  } finally {
    await fetcher.close();
  }
}
