import type { Clock } from '../domain/clock.ts';
import type { EventLog } from '../log/event-log.ts';
import type { TopicName } from '../log/topics.ts';
import { changeOf } from './changes.ts';
import { recordsOf, wayOf } from './standing.ts';
import type { Change, View } from './view.ts';

/** Changes in one write: more save nothing, and a write should not hold the view for long. */
const BATCH_CHANGES = 500;
/** Bytes of values in one write, so that large states do not fill the memory. */
const BATCH_BYTES = 4 * 2 ** 20;

/** What bringing a partition up to date took. */
export interface CaughtUp {
  readonly changes: number;
  readonly isAnew: boolean;
}

/**
 * Brings one partition of a view up to the end that its changelog has at the call, or, when the signal aborts, part
 * of the way: a new view of a large changelog takes longer than a process has to stop.
 * @returns how many changes were applied, and whether the partition had to be filled anew
 * @throws TaarError `view-ahead-of-log`, `view-behind-log` (halt): the view must be dropped and rebuilt
 */
export async function catchUp(
  view: View,
  log: EventLog,
  topic: TopicName,
  partition: number,
  clock: Clock,
  signal?: AbortSignal,
): Promise<CaughtUp> {
  const changelog = { log, topic, partition };
  const { from, to, isAnew } = await wayOf(view, changelog, clock, signal);
  let changes: Change[] = [];
  let bytes = 0;
  let applied = 0;
  for await (const record of recordsOf(changelog, from, to)) {
    changes.push(changeOf(record));
    bytes += record.value?.length ?? 0;
    if (changes.length < BATCH_CHANGES && bytes < BATCH_BYTES) continue;
    await view.apply(partition, changes, record.offset + 1);
    applied += changes.length;
    if (signal?.aborted) return { changes: applied, isAnew };
    changes = [];
    bytes = 0;
  }
  // To the end, even where compaction has left no record before it.
  await view.apply(partition, changes, to);
  return { changes: applied + changes.length, isAnew };
}
