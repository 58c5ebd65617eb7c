import type { EventTimes } from '../../domain/client-event.ts';
import type { Fence } from '../../domain/profile.ts';

/** True when a thing was both created and submitted after the deletions that a fence stands for. */
export function isBeyond(times: EventTimes, fence: Fence | null): boolean {
  return fence === null || (times.createdAt > fence.createdAt && times.submittedAt > fence.submittedAt);
}

/** True when a fence stands for this deletion already. */
export function isCovered(times: EventTimes, fence: Fence | null): boolean {
  return fence !== null && times.createdAt <= fence.createdAt && times.submittedAt <= fence.submittedAt;
}

/** A fence around both; `fence` itself where it covers the times. Fences only grow. */
export function widened(fence: Fence | null, times: EventTimes): Fence {
  if (fence === null) return { createdAt: times.createdAt, submittedAt: times.submittedAt };
  if (isCovered(times, fence)) return fence;
  return {
    createdAt: Math.max(fence.createdAt, times.createdAt),
    submittedAt: Math.max(fence.submittedAt, times.submittedAt),
  };
}
