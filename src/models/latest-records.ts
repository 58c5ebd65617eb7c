import { TaarError } from '../domain/errors.ts';
import type { EventLog, LogRecord, Offset } from '../log/event-log.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import type { RecordType, RecordValues } from '../log/record-types.ts';
import type { TopicName } from '../log/topics.ts';

/** The latest value of each key of a small compacted topic, as of the last `catchUp`. */
export class LatestRecords<T extends RecordType> {
  readonly #log: EventLog;
  readonly #codec: RecordCodec;
  readonly #topic: TopicName;
  readonly #type: T;
  readonly #values = new Map<string, RecordValues[T]>();
  readonly #next = new Map<number, Offset>();
  #reading: Promise<void> = Promise.resolve();
  #unreadable = 0;

  constructor(log: EventLog, codec: RecordCodec, topic: TopicName, type: T) {
    this.#log = log;
    this.#codec = codec;
    this.#topic = topic;
    this.#type = type;
  }

  /** Reads to the end that the topic has now. */
  catchUp(): Promise<void> {
    const reading = this.#reading.then(() => this.#readOn());
    // A failed reading is told to its own caller; the next one starts where it stopped.
    this.#reading = reading.catch(() => {});
    return reading;
  }

  get values(): ReadonlyMap<string, RecordValues[T]> {
    return this.#values;
  }

  /** Records that could not be decoded; their keys count as absent. */
  get unreadable(): number {
    return this.#unreadable;
  }

  async #readOn(): Promise<void> {
    const bounds = await this.#log.bounds(this.#topic);
    for (const [partition, { earliest, end }] of bounds.entries()) {
      const from = Math.max(earliest, this.#next.get(partition) ?? 0);
      if (from >= end) continue;
      for await (const record of this.#log.read({ topic: this.#topic, partition, from, to: end })) {
        await this.#apply(record);
        this.#next.set(partition, record.offset + 1);
      }
      this.#next.set(partition, end);
    }
  }

  async #apply({ key, value }: LogRecord): Promise<void> {
    this.#values.delete(key);
    if (value === null) return;
    try {
      await this.#codec.learn([value]);
      this.#values.set(key, this.#codec.decodeAs(this.#type, value));
    } catch (error) {
      if (!(error instanceof TaarError) || error.disposition !== 'dead-letter') throw error;
      this.#unreadable += 1;
    }
  }
}
