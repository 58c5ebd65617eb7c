import type { DatabaseSync } from 'node:sqlite';
import type { DeleteTopic } from '../topic-settings.ts';
import { offsetOf, recordId } from './database.ts';

/** Records that one step deletes at most: keeps a step to some milliseconds. */
const RECORDS_PER_STEP = 1_000;

/** Drops the records of a partition that are too old or too many, oldest first, one transaction a step. */
export function* retain(
  database: DatabaseSync,
  partitionId: number,
  settings: DeleteTopic,
  now: number,
): Generator<void> {
  const held = database.prepare('SELECT "end", bytes FROM partitions WHERE id = ?');
  const oldest = database.prepare(
    `SELECT id, timestamp, length(key) + ifnull(length(value), 0) AS bytes
     FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT ${RECORDS_PER_STEP}`,
  );
  const remove = database.prepare('DELETE FROM records WHERE id >= ? AND id < ?');
  const shrink = database.prepare(
    'UPDATE partitions SET earliest = ?, records = records - ?, bytes = bytes - ? WHERE id = ?',
  );
  const begin = recordId(partitionId, 0);
  for (;;) {
    const row = held.get(partitionId);
    const end = recordId(partitionId, Number(row?.end));
    let surplus = Number(row?.bytes) - settings.retentionBytes;
    let count = 0;
    let bytes = 0;
    let keepFrom = begin;
    for (const record of oldest.all(begin, end)) {
      if (now - Number(record.timestamp) <= settings.retentionMs && surplus <= 0) break;
      surplus -= Number(record.bytes);
      bytes += Number(record.bytes);
      count += 1;
      keepFrom = Number(record.id) + 1;
    }
    if (count === 0) return;
    remove.run(begin, keepFrom);
    shrink.run(offsetOf(keepFrom), count, bytes, partitionId);
    yield;
  }
}
