import type { BatchHandler } from './event-log.ts';

/**
 * Owns one partition for a handler until the signal aborts, as BatchHandler says: assigned, work, revoked; after an
 * error lost and failed, and then from the start again or not at all. Both adapters of the log use it.
 * `work` gives the handler batches from the last committed offset on, which it looks up anew each time it is called;
 * it resolves when the signal has aborted and the batch in flight is done. Rejects only when `failed` does.
 */
export async function ownPartition(
  handler: BatchHandler,
  partition: number,
  work: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await handler.assigned(partition, signal);
      if (!signal.aborted) await work(signal);
      return await handler.revoked(partition);
    } catch (error) {
      // What the handler holds in memory may not be what the log says. The error that is told is the first one.
      await handler.lost(partition).catch(() => {});
      // An error on the way out is told, too: the handler sees by the signal that it is the last one.
      if (!(await handler.failed(partition, error, signal))) return aborted(signal);
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
