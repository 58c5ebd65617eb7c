/** The part of rocksdb-native 3.18.1 that is used here; the package has no types of its own. */
declare module 'rocksdb-native' {
  export interface KeyRange {
    readonly gt?: Uint8Array;
    readonly gte?: Uint8Array;
    readonly lt?: Uint8Array;
    readonly lte?: Uint8Array;
  }

  export interface IteratorOptions {
    readonly limit?: number;
    /** How many entries one trip to the native thread fetches. */
    readonly capacity?: number;
  }

  export interface StoredEntry {
    readonly key: Buffer<ArrayBuffer>;
    readonly value: Buffer<ArrayBuffer>;
  }

  /** A stream; holds the database open until it has ended or is destroyed. */
  export interface EntryIterator extends AsyncIterable<StoredEntry> {
    destroy(error?: Error): void;
  }

  /** Gets settle when the batch is flushed. On a failure both the gets and the flush reject. */
  export interface ReadBatch {
    get(key: Uint8Array): Promise<Buffer<ArrayBuffer> | null>;
    flush(): Promise<void>;
    destroy(): void;
  }

  /** Keys and values must not change before `flush` settles. */
  export interface WriteBatch {
    tryPut(key: Uint8Array, value: Uint8Array): void;
    tryDelete(key: Uint8Array): void;
    /** From `start` on, `end` not included. */
    tryDeleteRange(start: Uint8Array, end: Uint8Array): void;
    flush(): Promise<void>;
    destroy(): void;
  }

  /** A database, or a session on it: a snapshot is a session whose reads see one moment. */
  export default class RocksDB {
    constructor(
      path: string,
      options?: { readonly maxBackgroundJobs?: number; readonly writeBufferSize?: number },
    );
    ready(): Promise<void>;
    close(): Promise<void>;
    snapshot(): RocksDB;
    iterator(range: KeyRange, options?: IteratorOptions): EntryIterator;
    read(options?: { readonly capacity?: number }): ReadBatch;
    write(options?: { readonly capacity?: number }): WriteBatch;
  }
}
