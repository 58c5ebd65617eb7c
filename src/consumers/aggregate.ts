import type { EpochMs } from '../domain/clock.ts';
import type { RecordType, RecordValues } from '../log/record-types.ts';
import type { TopicName } from '../log/topics.ts';

/** An event that a reduction causes, to be appended in the same transaction as the new state. */
export type Emitted = {
  [T in RecordType]: {
    readonly topic: TopicName;
    readonly key: string;
    readonly type: T;
    readonly value: RecordValues[T];
  };
}[RecordType];

/** What one event does to the state of its key. The same state object again means: nothing changed. */
export interface Reduction<S> {
  readonly state: S | undefined;
  readonly emit: readonly Emitted[];
  /** Names of what was refused or noticed, for counting; never an id. */
  readonly notes?: readonly string[];
}

/**
 * One kind of state, as data: the runner that all aggregates share does the reading, writing and committing.
 * `reduce` and `isExpired` are pure.
 */
export interface Aggregate<S, E> {
  readonly name: string;
  /** Everything that must be in order for a key is on this one topic. */
  readonly input: TopicName;
  /** Where next states go; same partitions and key as `input`. Null: the aggregate keeps no state. */
  readonly changelog: { readonly topic: TopicName; readonly type: RecordType } | null;
  /** The record types that `input` may carry, as events. */
  accepts(type: RecordType): boolean;
  /** `key` is the record's key; `streamTime` the largest submission time seen in the partition. */
  reduce(key: string, state: S | undefined, event: E, streamTime: EpochMs): Reduction<S>;
  /** When the event was submitted, for stream time. */
  submittedAt(event: E): EpochMs;
  /** True when the row has outlived its time and its key may be forgotten. */
  isExpired(state: S, streamTime: EpochMs): boolean;
}
