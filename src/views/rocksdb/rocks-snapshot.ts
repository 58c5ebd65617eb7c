import type RocksDB from 'rocksdb-native';
import type { EntryIterator } from 'rocksdb-native';
import type { Offset } from '../../log/event-log.ts';
import type { PackedEntries, ViewPositions, ViewSnapshot } from '../view.ts';
import { EntryPacker } from './packing.ts';
import { rocksError, type ViewPlace, viewClosed } from './rocks-errors.ts';
import { DATA_RANGE, offsetIn, POSITION_RANGE, partitionIn } from './stored-keys.ts';

/** Entries fetched in one trip. Measured: fewer cost trips, more outlive a young collection and cost a fifth. */
const SCAN_CAPACITY = 256;

/** One moment of a RocksDB view: positions and data are read through the same native snapshot. */
export class RocksSnapshot implements ViewSnapshot {
  readonly positions: ViewPositions;
  readonly #session: RocksDB;
  readonly #view: ViewPlace;
  readonly #onClose: (snapshot: RocksSnapshot) => void;
  readonly #scans = new Set<EntryIterator>();
  #closed = false;

  private constructor(
    session: RocksDB,
    positions: ViewPositions,
    view: ViewPlace,
    onClose: (snapshot: RocksSnapshot) => void,
  ) {
    this.#session = session;
    this.positions = positions;
    this.#view = view;
    this.#onClose = onClose;
  }

  /** Takes a snapshot of a database that is open. */
  static async take(
    db: RocksDB,
    view: ViewPlace,
    onClose: (snapshot: RocksSnapshot) => void,
  ): Promise<RocksSnapshot> {
    const session = db.snapshot();
    try {
      return new RocksSnapshot(session, await readPositions(session), view, onClose);
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** @throws TaarError `view-closed` when the snapshot is closed before the scan has ended */
  async *scan(): AsyncIterable<PackedEntries> {
    if (this.#closed) throw viewClosed(this.#view.name);
    const iterator = this.#session.iterator(DATA_RANGE, { capacity: SCAN_CAPACITY });
    this.#scans.add(iterator);
    const packer = new EntryPacker();
    try {
      for await (const entry of iterator) {
        const full = packer.add(entry);
        if (full !== undefined) yield full;
      }
      const rest = packer.take();
      if (rest !== undefined) yield rest;
    } catch (error) {
      throw rocksError(error, this.#view, 'read');
    } finally {
      this.#scans.delete(iterator);
      iterator.destroy();
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // With an error, or a scan that is cut short would look complete.
    for (const scan of this.#scans) scan.destroy(viewClosed(this.#view.name));
    await this.#session.close();
    this.#onClose(this);
  }
}

/** The positions of all partitions that have one. */
export async function readPositions(db: RocksDB): Promise<Map<number, Offset>> {
  const positions = new Map<number, Offset>();
  for await (const { key, value } of db.iterator(POSITION_RANGE, { capacity: SCAN_CAPACITY })) {
    positions.set(partitionIn(key), offsetIn(value));
  }
  return positions;
}
