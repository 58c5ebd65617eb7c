import type { EpochMs } from '../domain/clock.ts';
import { dispositionOf, TaarError } from '../domain/errors.ts';
import type { LogRecord, OutgoingRecord } from '../log/event-log.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import type { RecordType } from '../log/record-types.ts';
import type { Aggregate, Emitted } from './aggregate.ts';
import { deadLetter } from './dead-letter.ts';
import type { ReadEvent } from './event-reader.ts';
import type { Versioned } from './state-store.ts';

/** Counts by name, added to the metrics once a batch. */
export class Tally<K extends string> {
  readonly counts = new Map<K, number>();

  add(name: K): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }
}

/** What one batch is to be counted as. */
export interface BatchCounts {
  readonly types: Tally<RecordType>;
  readonly notes: Tally<string>;
  /** Of dead letters. */
  readonly codes: Tally<string>;
}

/** What the events of one batch come to: the last state of each key, and what is to be told and set aside. */
export class BatchWork<S extends Versioned, E> implements BatchCounts {
  readonly emitted: OutgoingRecord[] = [];
  readonly deadLetters: OutgoingRecord[] = [];
  readonly types = new Tally<RecordType>();
  readonly notes = new Tally<string>();
  readonly codes = new Tally<string>();
  readonly #aggregate: Aggregate<S, E>;
  readonly #codec: RecordCodec;
  readonly #before: ReadonlyMap<string, S>;
  readonly #states = new Map<string, S | undefined>();

  /** `before`: the states of the batch's keys as the view has them. */
  constructor(aggregate: Aggregate<S, E>, codec: RecordCodec, before: ReadonlyMap<string, S>) {
    this.#aggregate = aggregate;
    this.#codec = codec;
    this.#before = before;
  }

  /** Takes in the next record of the batch. @throws what no record is to blame for */
  take(read: ReadEvent<E>, streamTime: EpochMs): void {
    if ('code' in read) {
      this.#setAside(read.record, read.code, read.decoded);
      return;
    }
    this.types.add(read.type);
    try {
      this.#reduce(read.record, read.event, streamTime);
    } catch (error) {
      if (!(error instanceof TaarError) || dispositionOf(error) !== 'dead-letter') throw error;
      this.#setAside(read.record, error.code, true);
    }
  }

  /** The keys whose state is another than before, with it; undefined where it is to be removed. */
  *changed(): Iterable<readonly [string, S | undefined]> {
    for (const entry of this.#states) if (entry[1] !== this.#before.get(entry[0])) yield entry;
  }

  /** True when a record of the batch had this key. */
  touches(key: string): boolean {
    return this.#states.has(key);
  }

  #reduce({ key, value }: LogRecord, event: E, streamTime: EpochMs): void {
    const held = this.#states.has(key) ? this.#states.get(key) : this.#before.get(key);
    const live = held !== undefined && this.#aggregate.isExpired(held, streamTime) ? undefined : held;
    const { state, emit, notes } = this.#aggregate.reduce(key, live, event, streamTime);
    this.#states.set(key, state === live ? held : state);
    for (const emitted of emit) this.emitted.push(this.#outgoing(emitted, event, value));
    if (notes !== undefined) for (const note of notes) this.notes.add(note);
  }

  /** An event that is handed on as it came need not be encoded again. */
  #outgoing({ topic, key, type, value }: Emitted, cause: E, bytes: Uint8Array | null): OutgoingRecord {
    const same = Object.is(value, cause) && bytes !== null;
    return { topic, key, value: same ? bytes : this.#codec.encode(type, value) };
  }

  #setAside(record: LogRecord, code: string, decoded: boolean): void {
    this.deadLetters.push(deadLetter(record, code, decoded));
    this.codes.add(code);
  }
}
