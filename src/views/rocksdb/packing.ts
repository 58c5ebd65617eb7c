import type { StoredEntry } from 'rocksdb-native';
import type { PackedEntries } from '../view.ts';
import { KEY_OFFSET } from './stored-keys.ts';

/** The size of one pack: large enough to make handing over cheap, small enough to keep few in memory. */
const PACK_BYTES = 2 ** 20;

/**
 * Packs entries, keys without their partition, into memory of their own. Entries are copied as they come and not
 * kept: each holds two native buffers, which the collector frees far more cheaply while they are young.
 */
export class EntryPacker {
  #block: Buffer<ArrayBuffer> | undefined;
  #ends: number[] = [];
  #end = 0;

  /** Adds one entry; the pack of those before it if it found no room beside them. */
  add({ key, value }: StoredEntry): PackedEntries | undefined {
    const bytes = key.length - KEY_OFFSET + value.length;
    let full: PackedEntries | undefined;
    if (this.#block !== undefined && this.#end + bytes > this.#block.length) full = this.take();
    // Not from Node's shared pool: the receiver may transfer the memory to another thread.
    this.#block ??= Buffer.from(new ArrayBuffer(Math.max(PACK_BYTES, bytes)));
    this.#end += key.copy(this.#block, this.#end, KEY_OFFSET);
    this.#ends.push(this.#end);
    this.#end += value.copy(this.#block, this.#end);
    this.#ends.push(this.#end);
    return full;
  }

  /** The entries since the last pack; undefined where there are none. */
  take(): PackedEntries | undefined {
    if (this.#block === undefined) return undefined;
    const bytes = new Uint8Array(this.#block.buffer.transfer(this.#end));
    const ends = Uint32Array.from(this.#ends);
    this.#block = undefined;
    this.#ends = [];
    this.#end = 0;
    return { count: ends.length / 2, bytes, ends };
  }
}
