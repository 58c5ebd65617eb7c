import RocksDB from 'rocksdb-native';
import type { Change } from '../src/views/view.ts';

/** The least code that does what the view does with the library: no partitions, no positions, no packing. */
export class BareRows {
  readonly #db: RocksDB;

  private constructor(db: RocksDB) {
    this.#db = db;
  }

  static async open(folder: string): Promise<BareRows> {
    const db = new RocksDB(folder);
    await db.ready();
    return new BareRows(db);
  }

  async write(changes: readonly Change[]): Promise<void> {
    const batch = this.#db.write({ capacity: changes.length });
    for (const { key, value } of changes) batch.tryPut(Buffer.from(key), value ?? Buffer.alloc(0));
    await batch.flush();
    batch.destroy();
  }

  /** How many of the keys were found. */
  async read(keys: readonly string[]): Promise<number> {
    const batch = this.#db.read({ capacity: keys.length });
    const gets = keys.map((key) => batch.get(Buffer.from(key)));
    const [, ...values] = await Promise.all([batch.flush(), ...gets]);
    batch.destroy();
    return values.filter((value) => value !== null).length;
  }

  async scan(): Promise<number> {
    let rows = 0;
    for await (const _entry of this.#db.iterator({}, { capacity: 256 })) rows += 1;
    return rows;
  }

  close(): Promise<void> {
    return this.#db.close();
  }
}
