import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog, Offset, PartitionBounds } from './event-log.ts';
import type { TopicName } from './topics.ts';

const ASK_AGAIN_MS = 500;

/**
 * The bounds of a topic, once no partition ends before the offset that somebody stands at in it. Waits for that only as
 * long as the log says that an end may be told too early: what is still behind then is for the caller to judge.
 */
export async function reachingBounds(
  log: Pick<EventLog, 'bounds' | 'endSettlesMs'>,
  topic: TopicName,
  standing: ReadonlyMap<number, Offset>,
  signal?: AbortSignal,
): Promise<readonly PartitionBounds[]> {
  let until: number | undefined;
  for (;;) {
    const bounds = await log.bounds(topic);
    // Counted from the first answer: a log that was away may take longer for it than its end takes to settle.
    until ??= performance.now() + (log.endSettlesMs ?? 0);
    const isReached = bounds.every(({ end }, partition) => (standing.get(partition) ?? 0) <= end);
    if (isReached || signal?.aborted || performance.now() >= until) return bounds;
    await sleep(ASK_AGAIN_MS, undefined, { signal }).catch(() => {});
  }
}
