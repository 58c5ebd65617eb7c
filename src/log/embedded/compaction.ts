import type { DatabaseSync } from 'node:sqlite';
import type { EpochMs } from '../../domain/clock.ts';
import type { CompactTopic } from '../topic-settings.ts';
import { tableOf } from './database.ts';
import { type Run, stepsOf } from './steps.ts';

/** Fewer new records than this are not worth a pass before they are old. */
const MIN_DIRTY_RECORDS = 1_000;
/** New records that one pass takes in: bounds its temporary table. */
const MAX_PASS_RECORDS = 200_000;

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
    database.exec('CREATE TEMP TABLE latest (key BLOB PRIMARY KEY, "offset" INTEGER NOT NULL) WITHOUT ROWID');
  }

  /** Passes over a partition while one is due. */
  *run(partitionId: number, settings: CompactTopic, now: EpochMs): Generator<void> {
    for (;;) {
      const state = this.#state(partitionId);
      if (!this.#isDue(partitionId, state, settings, now)) return;
      yield* this.#pass(partitionId, state, settings, now);
    }
  }

  /**
   * Notes the latest offset of each key among the new records, then goes over the partition from its start: so an
   * older record of a key is always gone before its tombstone.
   */
  *#pass(
    partitionId: number,
    { compactedTo, end }: PartitionState,
    settings: CompactTopic,
    now: EpochMs,
  ): Generator<void> {
    const to = Math.min(end, compactedTo + MAX_PASS_RECORDS);
    this.#database.exec('DELETE FROM latest');
    for (const run of stepsOf(this.#database, partitionId, { from: compactedTo, to })) {
      this.#remember(partitionId, run);
      yield;
    }
    for (const run of stepsOf(this.#database, partitionId, { from: 0, to })) {
      this.#sweep(partitionId, run, now - settings.deleteRetentionMs);
      yield;
    }
    this.#database
      .prepare('UPDATE partitions SET compacted_to = ?, compacted_at = ? WHERE id = ?')
      .run(to, now, partitionId);
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
      .prepare(`SELECT timestamp FROM ${tableOf(partitionId)} WHERE "offset" >= ? ORDER BY "offset" LIMIT 1`)
      .get(state.compactedTo);
    return now - Number(oldest?.timestamp ?? now) >= lag;
  }

  #remember(partitionId: number, { from, to }: Run): void {
    this.#database
      .prepare(
        `INSERT INTO latest SELECT substr(record, 1, key_bytes), "offset" FROM ${tableOf(partitionId)}
         WHERE "offset" >= ? AND "offset" < ? ORDER BY "offset"
         ON CONFLICT (key) DO UPDATE SET "offset" = excluded."offset"`,
      )
      .run(from, to);
  }

  #sweep(partitionId: number, { from, to }: Run, tombstonesUntil: EpochMs): void {
    const deleted = this.#database
      .prepare(
        `DELETE FROM ${tableOf(partitionId)} AS old WHERE old."offset" >= ? AND old."offset" < ? AND (
           (old.value_bytes IS NULL AND old.timestamp <= ?)
           OR EXISTS (SELECT 1 FROM latest
             WHERE latest.key = substr(old.record, 1, old.key_bytes) AND latest."offset" > old."offset"))
         RETURNING length(record) AS bytes`,
      )
      .all(from, to, tombstonesUntil);
    if (deleted.length === 0) return;
    const bytes = deleted.reduce((sum, row) => sum + Number(row.bytes), 0);
    this.#database
      .prepare('UPDATE partitions SET records = records - ?, bytes = bytes - ? WHERE id = ?')
      .run(deleted.length, bytes, partitionId);
  }
}
