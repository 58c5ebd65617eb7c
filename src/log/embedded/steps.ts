import type { DatabaseSync } from 'node:sqlite';
import type { Offset } from '../event-log.ts';
import { tableOf } from './database.ts';

/** Records and bytes that one step of maintenance looks at: keep it to some milliseconds, in which appends wait. */
const RECORDS_PER_STEP = 250;
const BYTES_PER_STEP = 2 * 2 ** 20;

/** Offsets [from, to). */
export interface Run {
  readonly from: Offset;
  readonly to: Offset;
}

/** Cuts a run of offsets of a partition into pieces small enough for one step. */
export function* stepsOf(database: DatabaseSync, partitionId: number, { from, to }: Run): Generator<Run> {
  const boundary = database.prepare(
    `SELECT "offset" FROM ${tableOf(partitionId)} WHERE "offset" >= ? AND "offset" < ?
     ORDER BY "offset" LIMIT 1 OFFSET ?`,
  );
  let first = from;
  while (first < to) {
    const next = boundary.get(first, to, recordsPerStep(database, partitionId));
    const last = next === undefined ? to : Number(next.offset);
    yield { from: first, to: last };
    first = last;
  }
}

function recordsPerStep(database: DatabaseSync, partitionId: number): number {
  const row = database.prepare('SELECT records, bytes FROM partitions WHERE id = ?').get(partitionId);
  const average = Number(row?.bytes) / Math.max(1, Number(row?.records));
  return Math.max(1, Math.min(RECORDS_PER_STEP, Math.floor(BYTES_PER_STEP / Math.max(1, average))));
}
