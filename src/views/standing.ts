import { type Clock, DAY_MS, type EpochMs } from '../domain/clock.ts';
import { TaarError } from '../domain/errors.ts';
import type { EventLog, LogRecord, Offset, PartitionBounds } from '../log/event-log.ts';
import { reachingBounds } from '../log/reaching-bounds.ts';
import type { TopicName } from '../log/topics.ts';
import type { View } from './view.ts';

/**
 * The longest that a view may lag. The log forgets tombstones after seven days: a view that missed one would keep
 * what was deleted for ever (DESIGN section 7).
 */
export const MAX_VIEW_LAG_MS = 6 * DAY_MS;

/** What is logged of a partition that was forgotten. */
export const FILLED_ANEW =
  'the view had been away for too long; its partition is filled anew from the changelog';

/** How far back to look for a record that was applied already; compaction leaves few gaps wider than this. */
const LOOK_BACK_OFFSETS = 10_000;

/** A partition of a changelog, in the log that holds it. */
export interface ChangelogPartition {
  readonly log: EventLog;
  readonly topic: TopicName;
  readonly partition: number;
}

/** The way that a view still has to go in one partition. */
export interface Way {
  readonly from: Offset;
  readonly to: Offset;
  /** True where the partition was away for too long and is filled anew. */
  readonly isAnew: boolean;
}

/**
 * The offsets that a view lacks of one partition, after making sure that the log can still bring it forward. A
 * partition that has been away for too long, as one that another process owned meanwhile, is forgotten first where the
 * store can do that.
 * @throws TaarError `view-ahead-of-log`, `view-behind-log` (halt): the view must be dropped and rebuilt
 */
export async function wayOf(
  view: View,
  changelog: ChangelogPartition,
  clock: Clock,
  signal?: AbortSignal,
): Promise<Way> {
  const from = await view.position(changelog.partition);
  const bounds = await boundsFrom(changelog, from, signal);
  const to = bounds.end;
  // A new view needs nothing that is gone: compaction keeps the latest record of every key.
  if (from === 0 || from === to) return { from, to, isAnew: false };
  if (from < bounds.earliest) throw behindLog(changelog, from);
  if (!(await mayHaveMissed(changelog, from, bounds, clock() - MAX_VIEW_LAG_MS))) {
    return { from, to, isAnew: false };
  }
  if (view.forget === undefined) throw behindLog(changelog, from);
  await view.forget(changelog.partition);
  return { from: 0, to, isAnew: true };
}

async function boundsFrom(
  { log, topic, partition }: ChangelogPartition,
  from: Offset,
  signal: AbortSignal | undefined,
): Promise<PartitionBounds> {
  const bounds = (await reachingBounds(log, topic, new Map([[partition, from]]), signal))[partition];
  if (bounds === undefined) {
    throw new TaarError('partition-unknown', 'halt', `${topic} has no partition ${partition}`);
  }
  if (from > bounds.end) throw aheadOfLog({ log, topic, partition }, from, bounds.end);
  return bounds;
}

/**
 * True unless it is certain that no tombstone from `from` on has been dropped, that is, that no record from there
 * on is older than `oldest`. Times in a partition only grow, so any record at or before `from` that is young
 * enough is proof.
 */
async function mayHaveMissed(
  changelog: ChangelogPartition,
  from: Offset,
  bounds: PartitionBounds,
  oldest: EpochMs,
): Promise<boolean> {
  const unread = await firstOf(changelog, from, bounds.end);
  if (unread !== undefined && unread.timestamp < oldest) return true;
  if (unread?.offset === from) return false;
  const applied = await lastOf(changelog, Math.max(bounds.earliest, from - LOOK_BACK_OFFSETS), from);
  return applied === undefined || applied.timestamp < oldest;
}

async function firstOf(
  changelog: ChangelogPartition,
  from: Offset,
  to: Offset,
): Promise<LogRecord | undefined> {
  for await (const record of recordsOf(changelog, from, to)) return record;
  return undefined;
}

async function lastOf(
  changelog: ChangelogPartition,
  from: Offset,
  to: Offset,
): Promise<LogRecord | undefined> {
  let last: LogRecord | undefined;
  for await (const record of recordsOf(changelog, from, to)) last = record;
  return last;
}

/** The records of a partition in [from, to) that still exist. */
export function recordsOf(changelog: ChangelogPartition, from: Offset, to: Offset): AsyncIterable<LogRecord> {
  return changelog.log.read({ topic: changelog.topic, partition: changelog.partition, from, to });
}

function aheadOfLog({ topic, partition }: ChangelogPartition, from: Offset, end: Offset): TaarError {
  const what = `the view of ${topic} stands at offset ${from} of partition ${partition}, but the log ends at ${end}`;
  const advice =
    'the log has lost records or is another one: restore the log, or delete the folder, or the table, of this view';
  return new TaarError('view-ahead-of-log', 'halt', `${what}; ${advice} so that it is rebuilt`);
}

function behindLog({ topic, partition }: ChangelogPartition, from: Offset): TaarError {
  const what = `the view of ${topic} stands at offset ${from} of partition ${partition}`;
  const why = 'the log may no longer hold every deletion after it';
  const advice = 'delete the folder, or the table, of this view; the next start rebuilds it';
  return new TaarError('view-behind-log', 'halt', `${what}, and ${why}: ${advice}`);
}
