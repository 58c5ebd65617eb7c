import { partitionOf } from '../log/partition.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import type { RecordType, RecordValues } from '../log/record-types.ts';
import { type TopicName, topicSettings } from '../log/topics.ts';
import type { View } from './view.ts';

export interface StateViewOptions<T extends RecordType> {
  readonly view: Pick<View, 'get' | 'getMany'>;
  readonly codec: RecordCodec;
  /** The changelog that the view is of; its partition count says where a key is. */
  readonly topic: TopicName;
  readonly type: T;
}

/** A state with the size of the bytes that it was read from. */
export interface SizedState<S> {
  readonly state: S;
  readonly encodedBytes: number;
}

/** Reads the states of one type from a view. */
export class StateView<T extends RecordType> {
  readonly #view: Pick<View, 'get' | 'getMany'>;
  readonly #codec: RecordCodec;
  readonly #type: T;
  readonly #partitions: number;

  constructor({ view, codec, topic, type }: StateViewOptions<T>) {
    this.#view = view;
    this.#codec = codec;
    this.#type = type;
    this.#partitions = topicSettings(topic).partitions;
  }

  /** @throws TaarError of the view, or of the codec where the bytes are no such state */
  async get(key: string): Promise<RecordValues[T] | undefined> {
    return (await this.getSized(key))?.state;
  }

  /** @throws as `get` */
  async getSized(key: string): Promise<SizedState<RecordValues[T]> | undefined> {
    const bytes = await this.#view.get(this.#partitionOf(key), key);
    if (bytes === undefined) return undefined;
    await this.#codec.learn([bytes]);
    return { state: this.#codec.decodeAs(this.#type, bytes), encodedBytes: bytes.length };
  }

  /** States in the order asked; one read a partition. */
  async getMany(keys: readonly string[]): Promise<readonly (RecordValues[T] | undefined)[]> {
    const places = Map.groupBy(keys.keys(), (index) => this.#partitionOf(keys[index] ?? ''));
    const found = new Array<Uint8Array | undefined>(keys.length).fill(undefined);
    const reads = [...places].map(async ([partition, indexes]) => {
      const values = await this.#view.getMany(
        partition,
        indexes.map((index) => keys[index] ?? ''),
      );
      for (const [nth, index] of indexes.entries()) found[index] = values[nth];
    });
    await Promise.all(reads);
    await this.#codec.learn(found.filter((bytes) => bytes !== undefined));
    return found.map((bytes) => (bytes === undefined ? undefined : this.#codec.decodeAs(this.#type, bytes)));
  }

  #partitionOf(key: string): number {
    return partitionOf(Buffer.from(key), this.#partitions);
  }
}
