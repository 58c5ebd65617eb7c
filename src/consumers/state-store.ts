import type { EpochMs } from '../domain/clock.ts';
import { messageOf, TaarError } from '../domain/errors.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import type { RecordType, RecordValues } from '../log/record-types.ts';
import type { View } from '../views/view.ts';
import type { TimeSlices } from './time-slices.ts';

/** Every state says when it last changed (DESIGN section 6). */
export interface Versioned {
  readonly changedAt: EpochMs;
}

/** The states of an aggregate as objects: a view holds them as the bytes of the changelog. */
export class StateStore<S> {
  readonly #view: View;
  readonly #codec: RecordCodec;
  readonly #type: RecordType;
  readonly #slices: TimeSlices;

  constructor(view: View, codec: RecordCodec, type: RecordType, slices: TimeSlices) {
    this.#view = view;
    this.#codec = codec;
    this.#type = type;
    this.#slices = slices;
  }

  /** The states of some keys; keys without one are missing. @throws TaarError `state-not-readable` (halt) */
  async load(partition: number, keys: readonly string[]): Promise<Map<string, S>> {
    const values = await this.#view.getMany(partition, keys);
    await this.#codec.learn(values.map((value) => value ?? null));
    const states = new Map<string, S>();
    for (const [i, key] of keys.entries()) {
      if (this.#slices.isOver()) await this.#slices.next();
      const value = values[i];
      if (value !== undefined) states.set(key, this.#decode(value));
    }
    return states;
  }

  /** The states of the keys from `from` on, ascending, at most `limit`. @throws as `load` */
  async range(partition: number, from: string, limit: number): Promise<Map<string, S>> {
    const entries = await this.#view.range(partition, from, limit);
    await this.#codec.learn(entries.map((entry) => entry.value));
    const states = new Map<string, S>();
    for (const { key, value } of entries) {
      if (this.#slices.isOver()) await this.#slices.next();
      states.set(key, this.#decode(value));
    }
    return states;
  }

  encode(state: S): Buffer {
    // The aggregate's changelog says that its states are values of this type.
    return this.#codec.encode(this.#type, state as RecordValues[RecordType]);
  }

  #decode(value: Uint8Array): S {
    try {
      return this.#codec.decodeAs(this.#type, value) as S;
    } catch (error) {
      throw new TaarError(
        'state-not-readable',
        'halt',
        `a state in the view is no ${this.#type} (${messageOf(error)}); drop the view to have it rebuilt`,
      );
    }
  }
}
