import type { DatabaseSync } from 'node:sqlite';
import type { EpochMs } from '../../domain/clock.ts';
import { TaarError } from '../../domain/errors.ts';
import type { Offset, PartitionBounds } from '../event-log.ts';
import { END, FIELDS, KEY_BYTES, PARTITION_ID, type PackedRecords, VALUE_BYTES } from './packed-records.ts';
import { PartitionTail } from './partition-tail.ts';
import type { Lease, PartitionRow } from './protocol.ts';

/**
 * Appends, group offsets and leases on the open file. Everything here runs inside a transaction that the caller
 * began; a method that refuses throws before it has changed anything.
 */
export class LogStore {
  readonly #database: DatabaseSync;
  readonly #tails: ReadonlyMap<number, PartitionTail>;
  /** Partitions that grew since the last commit. */
  readonly #grown = new Set<PartitionTail>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#tails = new Map(this.partitions().map(({ id, end }) => [id, new PartitionTail(database, id, end)]));
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
    this.#grown.clear();
    for (const { id, end } of this.partitions()) this.#tails.get(id)?.reset(end);
  }

  end(partitionId: number): Offset {
    return this.#tailOf(partitionId).end;
  }

  /** Appends and returns the offset of each record. */
  append({ count, fields, bytes }: PackedRecords, now: EpochMs): Float64Array<ArrayBuffer> {
    const offsets = new Float64Array(count);
    let start = 0;
    for (let i = 0; i < count; i++) {
      const at = i * FIELDS;
      const tail = this.#tailOf(fields[at + PARTITION_ID] ?? 0);
      const end = fields[at + END] ?? 0;
      const record = bytes.subarray(start, end);
      offsets[i] = tail.append(record, fields[at + KEY_BYTES] ?? 0, fields[at + VALUE_BYTES] ?? 0, now);
      this.#grown.add(tail);
      start = end;
    }
    return offsets;
  }

  /** Writes the new ends of the partitions that grew; returns them for those who wait. To be called before COMMIT. */
  settle(): (readonly [number, Offset])[] {
    const ends = Array.from(this.#grown, (tail) => {
      tail.settle();
      return [tail.id, tail.end] as const;
    });
    this.#grown.clear();
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

  #tailOf(partitionId: number): PartitionTail {
    const tail = this.#tails.get(partitionId);
    if (tail !== undefined) return tail;
    throw new TaarError('partition-unknown', 'halt', `the log has no partition with id ${partitionId}`);
  }
}

function fenced(why: string): TaarError {
  return new TaarError('writer-fenced', 'halt', `${why}; this one writes no more`);
}
