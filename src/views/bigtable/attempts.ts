import { setTimeout as sleep } from 'node:timers/promises';
import { GRPC, isPassing, StatusError } from './bigtable-errors.ts';
import type { TablePlace } from './table-place.ts';

/** More would not help: whoever waits for the answer tries again later, and others must get their turn. */
export const MAX_RETRIES = 3;
/** As long as a new connection may take to come. */
const RETRY_AFTER_MS = 50;

/** How long all attempts of a call may take together. */
export interface Deadline {
  readonly ms: number;
  /** Aborted when the connection is given up: no attempt begins after it. */
  readonly signal: AbortSignal;
}

/**
 * Attempts a call until it succeeds, fails for good, has been tried `MAX_RETRIES` times more, or its time is over.
 * `attempt` is told how many milliseconds are left, and must end by then.
 */
export async function attempts<T>(
  place: TablePlace,
  { ms, signal }: Deadline,
  attempt: (leftMs: number) => Promise<T>,
): Promise<T> {
  const end = performance.now() + ms;
  for (let tried = 0; ; tried++) {
    try {
      return await attempt(Math.max(1, end - performance.now()));
    } catch (error) {
      const pause = RETRY_AFTER_MS * 2 ** tried;
      const over = tried === MAX_RETRIES || performance.now() + pause >= end || signal.aborted;
      if (over || !isPassing(error, place)) throw error;
      await sleep(pause);
    }
  }
}

/** Gives up waiting for `work` after a time, and tells it to end by `cancel`. */
export async function within<T>(ms: number, work: Promise<T>, cancel: () => void = () => {}): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new StatusError(GRPC.deadlineExceeded, 'no answer in time'));
    cancel();
  }, ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
