import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog, Offset } from '../log/event-log.ts';
import type { TopicName } from '../log/topics.ts';

const POLL_MS = 20;

/** What is further behind than this is not waited for: a later training or look finds it up to date. */
export const PATIENCE_MS = 10_000;

/** Offsets by partition. */
export type Offsets = ReadonlyMap<number, Offset>;

/** The end of every partition of a topic now. */
export async function endsOf(log: EventLog, topic: TopicName): Promise<Offsets> {
  return new Map((await log.bounds(topic)).map(({ end }, partition) => [partition, end]));
}

/** What a consumer group has processed, by partition. */
export async function processedBy(log: EventLog, group: string, topic: TopicName): Promise<Offsets> {
  return new Map((await log.committedOffsets(group, topic)).entries());
}

/** True when every partition of `goal` is reached. */
export function hasReached(goal: Offsets, offsets: Offsets): boolean {
  return [...goal].every(([partition, end]) => (offsets.get(partition) ?? 0) >= end);
}

/** Waits until `read` has reached the goal; false after `patienceMs` without that, or when the signal aborts. */
export async function waitUntilReached(
  goal: Offsets,
  read: () => Promise<Offsets>,
  patienceMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (!signal.aborted) {
    if (hasReached(goal, await read())) return true;
    if (performance.now() >= deadline) return false;
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
  return false;
}
