import type RocksDB from 'rocksdb-native';
import type { ReadBatch } from 'rocksdb-native';

/**
 * Most rows of one trip: those that come first must not wait for a long batch, and a slow disk is read by several
 * threads. The binding keeps batches of up to this size to use them again.
 */
export const GATHERED_ROWS = 16;

/**
 * Reads of single rows. Those asked for in one turn of the event loop make one trip to the native threads: waking one
 * of them costs a busy node as much as ten reads.
 */
export class GatheredReads {
  readonly #db: Pick<RocksDB, 'read'>;
  #batch: ReadBatch | undefined;
  #rows = 0;

  constructor(db: Pick<RocksDB, 'read'>) {
    this.#db = db;
  }

  /**
   * The value under a stored key, which must not change any more; null where there is none. It is read after this
   * call, and so sees every write that was done before. Each row fails for itself, with the binding's error.
   */
  get(stored: Uint8Array): Promise<Buffer<ArrayBuffer> | null> {
    this.#batch ??= this.#begin();
    const read = this.#batch.get(stored);
    this.#rows += 1;
    if (this.#rows === GATHERED_ROWS) this.send();
    return read;
  }

  /** Sends off what waits for the end of the turn: whoever closes the database must not leave it behind. */
  send(): void {
    const batch = this.#batch;
    this.#batch = undefined;
    this.#rows = 0;
    if (batch !== undefined) void flushed(batch);
  }

  #begin(): ReadBatch {
    const batch = this.#db.read({ capacity: GATHERED_ROWS });
    setImmediate(() => {
      if (this.#batch === batch) this.send();
    });
    return batch;
  }
}

async function flushed(batch: ReadBatch): Promise<void> {
  try {
    await batch.flush();
  } catch {
    // Each of its reads tells its caller.
  } finally {
    batch.destroy();
  }
}
