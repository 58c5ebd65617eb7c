import { messageOf, TaarError } from '../domain/errors.ts';
import type { LogRecord, Offset, RecordBatch, StartOf } from '../log/event-log.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import type { RecordType, RecordValues } from '../log/record-types.ts';
import type { Component } from '../ops/lifecycle.ts';
import { TopicFeed, type TopicFeedOptions } from './topic-feed.ts';

export interface TopicTableOptions<T extends RecordType> extends TopicFeedOptions {
  readonly codec: RecordCodec;
  readonly type: T;
}

/** One change of a table; `value` is undefined where the key was removed. */
export interface TableChange<T extends RecordType> {
  readonly key: string;
  readonly value: RecordValues[T] | undefined;
}

export type TableListener<T extends RecordType> = (change: TableChange<T>) => void;

/**
 * The latest value of each key of a small compacted topic, decoded, in memory: a catalogue, manifests, active sets.
 * A record that cannot be decoded leaves the key as it was, and is counted and logged.
 */
export class TopicTable<T extends RecordType> implements Component {
  readonly name: string;
  /** Resolves when the table has held everything that the topic held; rejects when it ends before. */
  readonly caughtUp: Promise<void>;
  /** Resolves after `stop`; rejects with the error that ended the following for good. */
  readonly ended: Promise<void>;
  readonly #options: TopicTableOptions<T>;
  readonly #feed: TopicFeed;
  readonly #values = new Map<string, RecordValues[T]>();
  readonly #positions = new Map<number, Offset>();
  readonly #listeners = new Set<TableListener<T>>();
  #undecodable = 0;

  constructor(options: TopicTableOptions<T>) {
    this.name = `table of ${options.topic}`;
    this.#options = options;
    this.#feed = new TopicFeed(options, {
      from: async (): Promise<StartOf> => (this.#positions.size === 0 ? 'earliest' : this.#positions),
      take: (batch) => this.#take(batch),
    });
    this.caughtUp = this.#feed.caughtUp;
    this.ended = this.#feed.ended;
  }

  start(): Promise<void> {
    return this.#feed.start();
  }

  stop(): Promise<void> {
    return this.#feed.stop();
  }

  get(key: string): RecordValues[T] | undefined {
    return this.#values.get(key);
  }

  /** The values of all keys, in the order in which the keys first came. */
  values(): IterableIterator<RecordValues[T]> {
    return this.#values.values();
  }

  /** All keys with their values. */
  entries(): IterableIterator<[string, RecordValues[T]]> {
    return this.#values.entries();
  }

  get size(): number {
    return this.#values.size;
  }

  /** Records that could not be decoded. */
  get undecodable(): number {
    return this.#undecodable;
  }

  /** The offset of the next record that the table needs, by partition. */
  get positions(): ReadonlyMap<number, Offset> {
    return this.#positions;
  }

  /** Seconds by which the table is behind its topic. */
  lagSeconds(now: number): number {
    return this.#feed.lagSeconds(now);
  }

  /** Calls the listener after every change, those of the first filling too. @returns a function that ends it */
  onChange(listener: TableListener<T>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #take(batch: RecordBatch): Promise<void> {
    await this.#options.codec.learn(batch.records.map((record) => record.value));
    for (const record of batch.records) this.#apply(record);
    this.#positions.set(batch.partition, batch.next);
  }

  #apply(record: LogRecord): void {
    const { key, value: bytes } = record;
    if (bytes === null) {
      if (this.#values.delete(key)) this.#tell({ key, value: undefined });
      return;
    }
    const value = this.#decode(record, bytes);
    if (value === undefined) return;
    this.#values.set(key, value);
    this.#tell({ key, value });
  }

  #decode({ topic, partition, offset }: LogRecord, bytes: Uint8Array): RecordValues[T] | undefined {
    try {
      return this.#options.codec.decodeAs(this.#options.type, bytes);
    } catch (error) {
      if (!(error instanceof TaarError) || error.disposition !== 'dead-letter') throw error;
      this.#undecodable += 1;
      this.#options.logger.warn({ topic, partition, offset, code: error.code }, 'a record was skipped');
      return undefined;
    }
  }

  /** A listener's failure is its own: the table must stay what the topic says. */
  #tell(change: TableChange<T>): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        const { topic, logger } = this.#options;
        logger.error({ topic }, `a listener of the table failed: ${messageOf(error)}`);
      }
    }
  }
}
