import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../consumers/consumer-lag.ts';
import type { EventLog, Offset } from '../log/event-log.ts';

const POLL_MS = 25;
/** Whoever waits at the command line is told after this time that it is not done yet. */
export const SETTLE_LIMIT_MS = 10_000;
/**
 * What is done with a record may append another: a deletion request becomes an event, that of an alias one for the
 * canonical row, and that one for each other alias; then the view has to take the rows in. One round for each step.
 */
const ROUNDS = 6;

/**
 * Waits until everything has been worked through that stood on the log when asked, and all that came of it. Does not
 * wait for what others append in the meantime, so it ends under load too.
 * @returns false where `goesOn` said no first
 */
export async function waitUntilSettled(
  log: EventLog,
  progresses: readonly Progress[],
  goesOn: () => Promise<boolean>,
): Promise<boolean> {
  for (let round = 0; round < ROUNDS; round++) {
    const goals = await Promise.all(progresses.map(({ topic }) => log.bounds(topic)));
    for (const [i, progress] of progresses.entries()) {
      const ends = (goals[i] ?? []).map(({ earliest, end }) => (end > earliest ? end : 0));
      while (!(await hasReached(progress, ends))) {
        if (!(await goesOn())) return false;
        await sleep(POLL_MS);
      }
    }
  }
  return true;
}

async function hasReached(progress: Progress, ends: readonly Offset[]): Promise<boolean> {
  const positions = await progress.positions();
  return ends.every((end, partition) => (positions[partition] ?? 0) >= end);
}
