import type { DatabaseSync } from 'node:sqlite';
import type { CompactTopic } from '../topic-settings.ts';
import { recordId } from './database.ts';

/** Records that one step looks at: keeps a step to some milliseconds, in which no append gets its turn. */
const RECORDS_PER_STEP = 1_000;
/** Fewer new records than this are not worth a pass before they are old. */
const MIN_DIRTY_RECORDS = 1_000;

interface PartitionState {
  readonly end: number;
  readonly records: number;
  readonly compactedTo: number;
  readonly compactedAt: number;
}

/**
 * Keeps the latest record of each key of a partition, in steps: `yield` marks the end of a step, each of which is
 * one transaction. The latest offsets are kept in a temporary table, not in memory.
 */
export class Compaction {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec('CREATE TEMP TABLE latest (key BLOB PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID');
  }

  /** One pass over a partition, if it is due. */
  *run(partitionId: number, settings: CompactTopic, now: number): Generator<void> {
    const state = this.#state(partitionId);
    if (!this.#isDue(partitionId, state, settings, now)) return;
    const from = recordId(partitionId, state.compactedTo);
    const to = recordId(partitionId, state.end);
    this.#database.exec('DELETE FROM latest');
    for (const [first, last] of this.#steps(from, to)) {
      this.#remember(first, last);
      yield;
    }
    for (const [first, last] of this.#steps(recordId(partitionId, 0), to)) {
      this.#sweep(partitionId, first, last, now - settings.deleteRetentionMs);
      yield;
    }
    this.#database
      .prepare('UPDATE partitions SET compacted_to = ?, compacted_at = ? WHERE id = ?')
      .run(state.end, now, partitionId);
    this.#database.exec('DELETE FROM latest');
    yield;
  }

  #state(partitionId: number): PartitionState {
    const row = this.#database
      .prepare('SELECT "end", records, compacted_to, compacted_at FROM partitions WHERE id = ?')
      .get(partitionId);
    return {
      end: Number(row?.end),
      records: Number(row?.records),
      compactedTo: Number(row?.compacted_to),
      compactedAt: Number(row?.compacted_at),
    };
  }

  /** Due when half of the records are new, or the oldest new one or the last pass is half the allowed lag ago. */
  #isDue(partitionId: number, state: PartitionState, settings: CompactTopic, now: number): boolean {
    const dirty = state.end - state.compactedTo;
    if (dirty >= MIN_DIRTY_RECORDS && dirty * 2 > state.records) return true;
    const lag = settings.maxCompactionLagMs / 2;
    if (dirty === 0) return state.records > 0 && now - state.compactedAt >= lag;
    const oldest = this.#database
      .prepare('SELECT timestamp FROM records WHERE id >= ? ORDER BY id LIMIT 1')
      .get(recordId(partitionId, state.compactedTo));
    return now - Number(oldest?.timestamp ?? now) >= lag;
  }

  /** Cuts a run of ids into pieces that hold at most RECORDS_PER_STEP records. */
  *#steps(from: number, to: number): Generator<readonly [number, number]> {
    const boundary = this.#database.prepare(
      `SELECT id FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT 1 OFFSET ${RECORDS_PER_STEP}`,
    );
    let first = from;
    while (first < to) {
      const next = boundary.get(first, to);
      const last = next === undefined ? to : Number(next.id);
      yield [first, last];
      first = last;
    }
  }

  #remember(first: number, last: number): void {
    this.#database
      .prepare(
        `INSERT INTO latest SELECT key, id FROM records WHERE id >= ? AND id < ? ORDER BY id
         ON CONFLICT (key) DO UPDATE SET id = excluded.id`,
      )
      .run(first, last);
  }

  #sweep(partitionId: number, first: number, last: number, tombstonesBefore: number): void {
    const deleted = this.#database
      .prepare(
        `DELETE FROM records WHERE id >= ? AND id < ? AND (
           (value IS NULL AND timestamp < ?)
           OR EXISTS (SELECT 1 FROM latest WHERE latest.key = records.key AND latest.id > records.id))
         RETURNING length(key) + ifnull(length(value), 0) AS bytes`,
      )
      .all(first, last, tombstonesBefore);
    if (deleted.length === 0) return;
    const bytes = deleted.reduce((sum, row) => sum + Number(row.bytes), 0);
    this.#database
      .prepare('UPDATE partitions SET records = records - ?, bytes = bytes - ? WHERE id = ?')
      .run(deleted.length, bytes, partitionId);
  }
}
