import type { Offset } from '../log/event-log.ts';

/** One changelog record as a view keeps it: the value's bytes exactly as the log holds them. */
export interface Change {
  readonly key: string;
  /** Null removes the key. */
  readonly value: Uint8Array | null;
  /** The logical time of the change; a store with cell timestamps uses it so that older never shadows newer. */
  readonly changedAt: number;
}

/** Where a view stands in the changelog: the offset of the next record that it needs. */
export type ViewPositions = ReadonlyMap<number, Offset>;

/** Raw entries in ascending key order, packed so that they can be handed to another thread without copying. */
export interface PackedEntries {
  readonly count: number;
  /** Keys and values one after the other: key 0, value 0, key 1, value 1, … */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** 2 × count ends: the end of each key and of each value in `bytes`. */
  readonly ends: Uint32Array<ArrayBuffer>;
}

/** A consistent state of the whole view, unaffected by later changes. Must be closed. */
export interface ViewSnapshot {
  /** The changelog offsets that this state stands for. */
  readonly positions: ViewPositions;
  /** All entries of all partitions; each partition in ascending key order, partitions in ascending number. */
  scan(): AsyncIterable<PackedEntries>;
  close(): Promise<void>;
}

/**
 * State by key, as the changelog tells it (DESIGN section 2): only the follower and the partition's owner write
 * to it. Two adapters: `rocksdb/`, which one process owns, and `bigtable/`, which many share; the same tests run on
 * both (test/conformance/view.ts).
 */
export interface View {
  /** The value bytes of a key; undefined where there is none. */
  get(partition: number, key: string): Promise<Uint8Array | undefined>;

  /** The values of many keys of one partition, in the order asked. */
  getMany(partition: number, keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]>;

  /**
   * Applies changes of one partition in order and moves its position to `next`. A batch that ends at or before the
   * present position changes nothing, so that a repeated delivery is harmless. The position never tells of changes
   * that are not there; RocksDB writes both in one atomic batch, Bigtable the position last, so that after a failure
   * some of the changes may be there already.
   */
  apply(partition: number, changes: readonly Change[], next: Offset): Promise<void>;

  /** The offset of the next changelog record that this view needs for a partition; 0 for a new one. */
  position(partition: number): Promise<Offset>;

  /**
   * Forgets all entries and the position of a partition, all or nothing, so that it can be filled anew. Missing where
   * a store cannot do that.
   */
  forget?(partition: number): Promise<void>;

  /** Entries of one partition from a key on (inclusive), in ascending order, at most `limit`. */
  range(partition: number, fromKey: string, limit: number): Promise<readonly Entry[]>;

  close(): Promise<void>;
}

/** A view that can show one moment of itself. Trainers read such a one; a store that many share cannot give it. */
export interface SnapshotView extends View {
  snapshot(): Promise<ViewSnapshot>;
}

export interface Entry {
  readonly key: string;
  readonly value: Uint8Array;
}
