import type { Clock, EpochMs } from '../domain/clock.ts';
import type { EventLog, Offset, OffsetRange, PartitionBounds } from '../log/event-log.ts';
import type { TopicName } from '../log/topics.ts';
import type { Aggregate } from './aggregate.ts';
import { groupOf } from './aggregate-consumer.ts';

/** Somebody who works through a topic, and how far they are: the next offset, by partition. */
export interface Progress {
  readonly topic: TopicName;
  positions(): Promise<readonly Offset[]>;
}

/** How far behind somebody is in one partition. */
export interface PartitionLag {
  readonly partition: number;
  /** Offsets up to the end; a few of them may hold no record. 0 when no record waits. */
  readonly records: number;
  /** Age of the oldest record that waits, in seconds; 0 when none does. */
  readonly seconds: number;
}

/**
 * How far behind a consumer is, as the log says: also while its partitions stand still, or belong to another
 * process. Callers that come while it looks share the one look.
 */
export class ConsumerLag {
  /** The aggregate, or whoever else it is that works through the topic. */
  readonly name: string;
  readonly #log: EventLog;
  readonly #progress: Progress;
  readonly #clock: Clock;
  #looking: Promise<readonly PartitionLag[]> | undefined;

  constructor(name: string, log: EventLog, progress: Progress, clock: Clock) {
    this.name = name;
    this.#log = log;
    this.#progress = progress;
    this.#clock = clock;
  }

  /** The lag of every partition, in order. @throws what the log or the positions say */
  report(): Promise<readonly PartitionLag[]> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<readonly PartitionLag[]> {
    const positions = await this.#progress.positions();
    const bounds = await this.#log.bounds(this.#progress.topic);
    return Promise.all(
      bounds.map((each, partition) => this.#lagOf(partition, each, positions[partition] ?? 0)),
    );
  }

  async #lagOf(
    partition: number,
    { earliest, end }: PartitionBounds,
    position: Offset,
  ): Promise<PartitionLag> {
    const from = Math.max(earliest, position);
    const appendedAt = from < end ? await this.#timeFrom(partition, from, end) : undefined;
    if (appendedAt === undefined) return { partition, records: 0, seconds: 0 };
    const seconds = Math.max(0, Math.round((this.#clock() - appendedAt) / 1000));
    return { partition, records: end - from, seconds };
  }

  /** When the first record from an offset on was appended; undefined where none is left before the end. */
  async #timeFrom(partition: number, from: Offset, end: Offset): Promise<EpochMs | undefined> {
    const { topic } = this.#progress;
    // Nearly always the record is there: one read of one record. Else compaction or a marker has left a hole.
    const next = await this.#firstTime({ topic, partition, from, to: from + 1 });
    return next ?? this.#firstTime({ topic, partition, from, to: end });
  }

  async #firstTime(range: OffsetRange): Promise<EpochMs | undefined> {
    for await (const { timestamp } of this.#log.read(range)) return timestamp;
    return undefined;
  }
}

/** How far the consumers of an aggregate are, all processes together. */
export function consumptionOf<S, E>(
  { name, input }: Pick<Aggregate<S, E>, 'name' | 'input'>,
  log: EventLog,
): Progress {
  return { topic: input, positions: () => log.committedOffsets(groupOf(name), input) };
}
