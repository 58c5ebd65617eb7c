import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { TaarError } from '../../domain/errors.ts';
import type { Offset, PartitionBounds } from '../event-log.ts';
import { recordId } from './database.ts';
import { type PackedRecords, unpack } from './packed-records.ts';
import type { Lease, PartitionRow } from './protocol.ts';

/** What has been appended to a partition in the transaction under way. */
interface Growth {
  end: Offset;
  records: number;
  bytes: number;
}

/**
 * Appends, group offsets and leases on the open file. Everything here runs inside a transaction that the caller
 * began; a method that refuses throws before it has changed anything.
 */
export class LogStore {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #grow: StatementSync;
  readonly #ends = new Map<number, Offset>();
  /** Partitions that grew since the last commit. */
  readonly #growth = new Map<number, Growth>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?)');
    this.#grow = database.prepare(
      'UPDATE partitions SET "end" = ?, records = records + ?, bytes = bytes + ? WHERE id = ?',
    );
    this.reload();
  }

  /** The partitions of the file with their ends. */
  partitions(): PartitionRow[] {
    const rows = this.#database
      .prepare('SELECT id, topic, partition, "end" FROM partitions ORDER BY id')
      .all();
    return rows.map((row) => ({
      id: Number(row.id),
      topic: String(row.topic),
      partition: Number(row.partition),
      end: Number(row.end),
    }));
  }

  /** Forgets what a rolled back transaction had done. */
  reload(): void {
    this.#growth.clear();
    for (const { id, end } of this.partitions()) this.#ends.set(id, end);
  }

  end(partitionId: number): Offset {
    return this.#ends.get(partitionId) ?? 0;
  }

  /** Appends and returns the offset of each record. */
  append(records: PackedRecords, now: number): Float64Array<ArrayBuffer> {
    const offsets = new Float64Array(records.count);
    let i = 0;
    for (const { partitionId, key, value, headers } of unpack(records)) {
      const growth = this.#growthOf(partitionId);
      const offset = growth.end;
      this.#insert.run(recordId(partitionId, offset), now, key, value, headers === '' ? null : headers);
      growth.end += 1;
      growth.records += 1;
      growth.bytes += key.length + (value?.length ?? 0);
      offsets[i++] = offset;
    }
    return offsets;
  }

  /** Writes the new ends of the partitions that grew; returns them for those who wait. To be called before COMMIT. */
  settle(): (readonly [number, Offset])[] {
    const ends: (readonly [number, Offset])[] = [];
    for (const [id, { end, records, bytes }] of this.#growth) {
      this.#grow.run(end, records, bytes, id);
      this.#ends.set(id, end);
      ends.push([id, end]);
    }
    this.#growth.clear();
    return ends;
  }

  bounds(partitionId: number): PartitionBounds {
    const row = this.#database
      .prepare('SELECT earliest, "end" FROM partitions WHERE id = ?')
      .get(partitionId);
    return { earliest: Number(row?.earliest ?? 0), end: Number(row?.end ?? 0) };
  }

  groupOffset(group: string, partitionId: number): Offset {
    const row = this.#database
      .prepare('SELECT next FROM group_offsets WHERE name = ? AND partition_id = ?')
      .get(group, partitionId);
    return Number(row?.next ?? 0);
  }

  /** Moves a group on. @throws TaarError `writer-fenced` (halt) where it does not stand at `expected` */
  moveGroup(group: string, partitionId: number, expected: Offset, next: Offset): void {
    if (this.groupOffset(group, partitionId) !== expected) {
      throw fenced(`group ${group} has moved on in the meantime`);
    }
    this.#database
      .prepare('INSERT OR REPLACE INTO group_offsets (name, partition_id, next) VALUES (?, ?, ?)')
      .run(group, partitionId, next);
  }

  /** Takes a name from whoever held it; returns the new epoch. */
  takeLease(name: string): number {
    const row = this.#database
      .prepare(
        `INSERT INTO leases VALUES (?, 1)
         ON CONFLICT (name) DO UPDATE SET epoch = epoch + 1 RETURNING epoch`,
      )
      .get(name);
    return Number(row?.epoch);
  }

  /** @throws TaarError `writer-fenced` (halt) where somebody took the name since */
  checkLease({ name, epoch }: Lease): void {
    const row = this.#database.prepare('SELECT epoch FROM leases WHERE name = ?').get(name);
    if (Number(row?.epoch) !== epoch) throw fenced(`another writer has become ${name}`);
  }

  /** The value of a property, which is `initial` from now on where there was none. */
  property(name: string, initial: string): string {
    this.#database.prepare('INSERT OR IGNORE INTO properties VALUES (?, ?)').run(name, initial);
    return String(this.#database.prepare('SELECT value FROM properties WHERE name = ?').get(name)?.value);
  }

  #growthOf(partitionId: number): Growth {
    let growth = this.#growth.get(partitionId);
    if (growth === undefined) {
      growth = { end: this.end(partitionId), records: 0, bytes: 0 };
      this.#growth.set(partitionId, growth);
    }
    return growth;
  }
}

function fenced(why: string): TaarError {
  return new TaarError('writer-fenced', 'halt', `${why}; this one writes no more`);
}
