import type { DatabaseSync } from 'node:sqlite';
import type { DeleteTopic } from '../topic-settings.ts';
import { tableOf } from './database.ts';

/** Records that one step deletes at most: keeps a step to some milliseconds. */
const RECORDS_PER_STEP = 250;

/** Drops the records of a partition that are too old or too many, oldest first, one transaction a step. */
export function* retain(
  database: DatabaseSync,
  partitionId: number,
  settings: DeleteTopic,
  now: number,
): Generator<void> {
  const held = database.prepare('SELECT bytes FROM partitions WHERE id = ?');
  const oldest = database.prepare(
    `SELECT "offset", timestamp, length(record) AS bytes
     FROM ${tableOf(partitionId)} ORDER BY "offset" LIMIT ${RECORDS_PER_STEP}`,
  );
  const remove = database.prepare(`DELETE FROM ${tableOf(partitionId)} WHERE "offset" < ?`);
  const shrink = database.prepare(
    'UPDATE partitions SET earliest = ?, records = records - ?, bytes = bytes - ? WHERE id = ?',
  );
  for (;;) {
    const row = held.get(partitionId);
    let surplus = Number(row?.bytes) - settings.retentionBytes;
    let count = 0;
    let bytes = 0;
    let keepFrom = 0;
    for (const record of oldest.all()) {
      if (now - Number(record.timestamp) <= settings.retentionMs && surplus <= 0) break;
      surplus -= Number(record.bytes);
      bytes += Number(record.bytes);
      count += 1;
      keepFrom = Number(record.offset) + 1;
    }
    if (count === 0) return;
    remove.run(keepFrom);
    shrink.run(keepFrom, count, bytes, partitionId);
    yield;
  }
}
