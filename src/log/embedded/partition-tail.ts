import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EpochMs } from '../../domain/clock.ts';
import type { Offset } from '../event-log.ts';
import { tableOf } from './database.ts';
import { NO_VALUE } from './packed-records.ts';

/** The end of one partition, where records are appended; counts in memory what the open transaction adds. */
export class PartitionTail {
  readonly id: number;
  readonly #insert: StatementSync;
  readonly #grow: StatementSync;
  #end: Offset;
  #newest: EpochMs;
  #records = 0;
  #bytes = 0;

  constructor(database: DatabaseSync, id: number, end: Offset) {
    const table = tableOf(id);
    this.id = id;
    this.#end = end;
    this.#insert = database.prepare(`INSERT INTO ${table} VALUES (?, ?, ?, ?, ?)`);
    this.#grow = database.prepare(
      'UPDATE partitions SET "end" = ?, records = records + ?, bytes = bytes + ? WHERE id = ?',
    );
    const last = database.prepare(`SELECT timestamp FROM ${table} ORDER BY "offset" DESC LIMIT 1`).get();
    this.#newest = Number(last?.timestamp ?? 0);
  }

  get end(): Offset {
    return this.#end;
  }

  /** Appends key, value and headers. Times only grow along a partition, whatever the clock does. */
  append(record: Uint8Array, keyBytes: number, valueBytes: number, now: EpochMs): Offset {
    const offset = this.#end;
    this.#newest = Math.max(this.#newest, now);
    this.#insert.run(offset, this.#newest, keyBytes, valueBytes === NO_VALUE ? null : valueBytes, record);
    this.#end += 1;
    this.#records += 1;
    this.#bytes += record.length;
    return offset;
  }

  /** Writes the counts, before the transaction commits. */
  settle(): void {
    this.#grow.run(this.#end, this.#records, this.#bytes, this.id);
    this.#records = 0;
    this.#bytes = 0;
  }

  /** Back to what the file says, after a transaction was rolled back. */
  reset(end: Offset): void {
    this.#end = end;
    this.#records = 0;
    this.#bytes = 0;
  }
}
