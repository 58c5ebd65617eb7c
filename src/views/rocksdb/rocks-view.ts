import type RocksDB from 'rocksdb-native';
import type { Offset } from '../../log/event-log.ts';
import type { Change, Entry, SnapshotView, ViewSnapshot } from '../view.ts';
import { GatheredReads } from './gathered-reads.ts';
import { rocksError, type ViewPlace } from './rocks-errors.ts';
import { RocksSnapshot } from './rocks-snapshot.ts';
import { dataFrom, dataKey, KEY_OFFSET, positionKey, positionValue } from './stored-keys.ts';

/** Most entries that a range read fetches in one trip, so that a large limit reserves no large memory. */
const RANGE_CAPACITY = 1_024;

/** A view in one RocksDB folder, which this process holds open. Made by `openRocksView`. */
export class RocksView implements SnapshotView {
  readonly #db: RocksDB;
  readonly #reads: GatheredReads;
  readonly #place: ViewPlace;
  readonly #positions: Map<number, Offset>;
  /** Per partition the last write asked for, so that each write sees the position that the one before it left. */
  readonly #writes = new Map<number, Promise<void>>();
  readonly #snapshots = new Set<RocksSnapshot>();

  /** `positions` as they are on disk; this object becomes their only writer. */
  constructor(db: RocksDB, place: ViewPlace, positions: Map<number, Offset>) {
    this.#db = db;
    this.#reads = new GatheredReads(db);
    this.#place = place;
    this.#positions = positions;
  }

  async get(partition: number, key: string): Promise<Uint8Array | undefined> {
    try {
      return (await this.#reads.get(dataKey(partition, key))) ?? undefined;
    } catch (error) {
      throw rocksError(error, this.#place, 'read');
    }
  }

  getMany(partition: number, keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    if (keys.length === 0) return Promise.resolve([]);
    return this.#attempt('read', async () => {
      // Made first: were one to fail after the batch began, its gets would reject with nobody listening.
      const stored = keys.map((key) => dataKey(partition, key));
      const batch = this.#db.read({ capacity: keys.length });
      try {
        const gets = stored.map((key) => batch.get(key));
        // All at once: on a failure every one of them rejects and must be listened to.
        const [, ...values] = await Promise.all([batch.flush(), ...gets]);
        return values.map((value) => value ?? undefined);
      } finally {
        batch.destroy();
      }
    });
  }

  apply(partition: number, changes: readonly Change[], next: Offset): Promise<void> {
    return this.#afterWrites(partition, () => this.#write(partition, changes, next));
  }

  forget(partition: number): Promise<void> {
    return this.#afterWrites(partition, () => this.#forget(partition));
  }

  async #afterWrites(partition: number, work: () => Promise<void>): Promise<void> {
    const before = this.#writes.get(partition) ?? Promise.resolve();
    const write = before.then(work);
    this.#writes.set(
      partition,
      write.catch(() => {}),
    );
    await write;
  }

  async #write(partition: number, changes: readonly Change[], next: Offset): Promise<void> {
    if (next <= (this.#positions.get(partition) ?? 0)) return;
    await this.#attempt('write', async () => {
      const batch = this.#db.write({ capacity: changes.length + 1 });
      try {
        for (const { key, value } of changes) {
          if (value === null) batch.tryDelete(dataKey(partition, key));
          else batch.tryPut(dataKey(partition, key), value);
        }
        batch.tryPut(positionKey(partition), positionValue(next));
        await batch.flush();
      } finally {
        batch.destroy();
      }
    });
    this.#positions.set(partition, next);
  }

  async #forget(partition: number): Promise<void> {
    const { gte, lt } = dataFrom(partition, '');
    await this.#attempt('write', async () => {
      const batch = this.#db.write({ capacity: 2 });
      try {
        batch.tryDeleteRange(gte, lt);
        batch.tryDelete(positionKey(partition));
        await batch.flush();
      } finally {
        batch.destroy();
      }
    });
    this.#positions.delete(partition);
  }

  async position(partition: number): Promise<Offset> {
    return this.#positions.get(partition) ?? 0;
  }

  async range(partition: number, fromKey: string, limit: number): Promise<readonly Entry[]> {
    if (limit <= 0) return [];
    return this.#attempt('read', async () => {
      const found: Entry[] = [];
      const capacity = Math.min(limit, RANGE_CAPACITY);
      const iterator = this.#db.iterator(dataFrom(partition, fromKey), { limit, capacity });
      try {
        for await (const { key, value } of iterator)
          found.push({ key: key.toString('utf8', KEY_OFFSET), value });
      } finally {
        iterator.destroy();
      }
      return found;
    });
  }

  snapshot(): Promise<ViewSnapshot> {
    return this.#attempt('read', async () => {
      const snapshot = await RocksSnapshot.take(this.#db, this.#place, (closed) =>
        this.#snapshots.delete(closed),
      );
      this.#snapshots.add(snapshot);
      return snapshot;
    });
  }

  /** Ends what is still being scanned (with `view-closed`), waits for reads and writes in flight, and closes. */
  async close(): Promise<void> {
    for (const snapshot of this.#snapshots) await snapshot.close();
    await Promise.all(this.#writes.values());
    this.#reads.send();
    await this.#db.close();
  }

  async #attempt<T>(deed: 'read' | 'write', work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw rocksError(error, this.#place, deed);
    }
  }
}
