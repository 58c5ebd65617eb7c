import type { Aggregate } from '../../src/consumers/aggregate.ts';
import { EventReader } from '../../src/consumers/event-reader.ts';
import { dispositionOf, TaarError } from '../../src/domain/errors.ts';
import type { LogRecord } from '../../src/log/event-log.ts';
import type { RecordCodec } from '../../src/log/record-codec.ts';

/** What an aggregate must have made of its input. */
export interface Reference<S> {
  /** By partition, the last state of each key. */
  readonly states: readonly ReadonlyMap<string, S>[];
  /** How often each record must have been emitted; see `nameOf`. */
  readonly emitted: ReadonlyMap<string, number>;
  /** Why a record must have been set aside, by its place (`topic/partition/offset`). */
  readonly setAside: ReadonlyMap<string, string>;
}

/** Names a record by all that a consumer decides about it. */
export function nameOf(topic: string, key: string, value: Uint8Array | null): string {
  return `${topic} ${key} ${value === null ? 'null' : Buffer.from(value).toString('hex')}`;
}

export function addTo(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Folds each partition of an aggregate's input in the order of the log, with nothing but its pure function. */
export async function referenceFold<S, E>(
  aggregate: Aggregate<S, E>,
  input: readonly (readonly LogRecord[])[],
  codec: RecordCodec,
): Promise<Reference<S>> {
  const emitted = new Map<string, number>();
  const setAside = new Map<string, string>();
  const reader = new EventReader(aggregate, codec, Date.now);
  const states: ReadonlyMap<string, S>[] = [];
  for (const records of input) {
    await reader.learn(records);
    const last = new Map<string, S>();
    let streamTime = 0;
    for (const record of records) {
      const place = `${record.topic}/${record.partition}/${record.offset}`;
      const read = reader.read(record);
      if ('code' in read) {
        setAside.set(place, read.code);
        continue;
      }
      streamTime = Math.max(streamTime, aggregate.submittedAt(read.event));
      try {
        const { state, emit } = aggregate.reduce(record.key, last.get(record.key), read.event, streamTime);
        if (state !== undefined) last.set(record.key, state);
        for (const { topic, key, type, value } of emit) {
          addTo(emitted, nameOf(topic, key, codec.encode(type, value)));
        }
      } catch (error) {
        if (!(error instanceof TaarError) || dispositionOf(error) !== 'dead-letter') throw error;
        setAside.set(place, error.code);
      }
    }
    states.push(last);
  }
  return { states, emitted, setAside };
}
