import { type Clock, type EpochMs, MINUTE_MS } from '../domain/clock.ts';
import { dispositionOf, TaarError } from '../domain/errors.ts';
import type { LogRecord } from '../log/event-log.ts';
import { partitionOf } from '../log/partition.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import type { RecordType, TypedRecord } from '../log/record-types.ts';
import { topicSettings } from '../log/topics.ts';
import type { Aggregate } from './aggregate.ts';

/** A record further ahead of the clock would drag stream time, and with it every expiry, along. */
export const MAX_AHEAD_OF_CLOCK_MS = 10 * MINUTE_MS;

/** An event of an aggregate, or why a record is none. */
export type ReadEvent<E> =
  | { readonly record: LogRecord; readonly type: RecordType; readonly event: E }
  | { readonly record: LogRecord; readonly code: string; readonly decoded: boolean };

/** Turns records of an aggregate's input into its events, and tells which are none. */
export class EventReader<S, E> {
  readonly #aggregate: Aggregate<S, E>;
  readonly #codec: RecordCodec;
  readonly #clock: Clock;
  readonly #partitions: number;

  constructor(aggregate: Aggregate<S, E>, codec: RecordCodec, clock: Clock) {
    this.#aggregate = aggregate;
    this.#codec = codec;
    this.#clock = clock;
    this.#partitions = topicSettings(aggregate.input).partitions;
  }

  /** Fetches the schemas that these records were written with; to be called before `read`. */
  learn(records: readonly LogRecord[]): Promise<void> {
    return this.#codec.learn(records.map((record) => record.value));
  }

  /** @throws what is no fault of the record */
  read(record: LogRecord): ReadEvent<E> {
    if (record.value === null) return { record, code: 'value-missing', decoded: false };
    let typed: TypedRecord;
    try {
      typed = this.#codec.decode(record.value);
    } catch (error) {
      if (!(error instanceof TaarError) || dispositionOf(error) !== 'dead-letter') throw error;
      return { record, code: error.code, decoded: false };
    }
    const { type, value } = typed;
    if (!this.#aggregate.accepts(type)) return { record, code: 'record-type-unexpected', decoded: true };
    if (partitionOf(Buffer.from(record.key), this.#partitions) !== record.partition) {
      return { record, code: 'partition-wrong', decoded: true };
    }
    // The aggregate has said that values of this type are its events.
    const event = value as E;
    if (this.#isAhead(this.#aggregate.submittedAt(event))) {
      return { record, code: 'submitted-in-future', decoded: true };
    }
    return { record, type, event };
  }

  #isAhead(submittedAt: EpochMs): boolean {
    return submittedAt - this.#clock() > MAX_AHEAD_OF_CLOCK_MS;
  }
}
