import { type Clock, dayOf, type EpochMs } from '../domain/clock.ts';
import { TaarError } from '../domain/errors.ts';
import type { EventLog, OutgoingRecord, Position, RecordBatch } from '../log/event-log.ts';
import { CHANGED_AT_HEADER } from '../log/headers.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import { type TopicName, topicSettings } from '../log/topics.ts';
import type { Logger } from '../ops/logging.ts';
import { catchUp } from '../views/catch-up.ts';
import { FILLED_ANEW } from '../views/standing.ts';
import type { Change, View } from '../views/view.ts';
import type { Aggregate } from './aggregate.ts';
import type { PartitionWorker } from './aggregate-consumer.ts';
import { type BatchCounts, BatchWork } from './batch-work.ts';
import type { ConsumerMetrics } from './consumer-metrics.ts';
import { EventReader } from './event-reader.ts';
import { ExpirySweep, ROWS_PER_BATCH } from './expiry-sweep.ts';
import { StateStore, type Versioned } from './state-store.ts';
import { StreamTime } from './stream-time.ts';
import { TimeSlices } from './time-slices.ts';

/** What a runner works with. */
export interface RunnerContext {
  readonly log: EventLog;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: ConsumerMetrics;
}

/** Where an aggregate's states are kept. */
interface Kept<S> {
  readonly topic: TopicName;
  readonly view: View;
  readonly store: StateStore<S>;
}

interface Assignment {
  readonly streamTime: StreamTime;
  readonly sweep: ExpirySweep;
  /** What the batch under way comes to once it is committed; a batch that fails is given again. */
  pending: Pending | undefined;
}

interface Pending {
  readonly work: BatchCounts;
  readonly changes: readonly Change[];
  readonly swept: Swept | undefined;
}

/** A step of the search for expired rows. */
interface Swept {
  readonly removals: readonly OutgoingRecord[];
  /** The last row that was looked at; undefined: there are no more. */
  readonly last: string | undefined;
}

/**
 * Runs one aggregate on the partitions of its input (DESIGN sections 2 and 4): reads events, reduces them on the
 * states of the view, and hands back next states, emitted events and dead letters as one output. The view is
 * written only once they are committed, so that it can never know what the changelog does not.
 */
export class AggregateRunner<S extends Versioned, E> implements PartitionWorker {
  readonly #aggregate: Aggregate<S, E>;
  readonly #context: RunnerContext;
  readonly #reader: EventReader<S, E>;
  readonly #kept: Kept<S> | undefined;
  readonly #assigned = new Map<number, Assignment>();
  readonly #slices = new TimeSlices();
  /**
   * Partitions take turns. All at once they would hold the event loop for long, each for its part, and the objects
   * of eight batches would outlive each collection of garbage, which then takes five times as long.
   */
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * `view` follows the aggregate's changelog; null for an aggregate without one.
   * @throws TaarError `partitions-differ`, `view-missing` (halt)
   */
  constructor(aggregate: Aggregate<S, E>, view: View | null, context: RunnerContext) {
    this.#aggregate = aggregate;
    this.#context = context;
    this.#reader = new EventReader(aggregate, context.codec, context.clock);
    this.#kept = keptBy(aggregate, view, context.codec, this.#slices);
  }

  /** When it is to stop before the view has caught up, the partition counts as not assigned: it gets no batch. */
  async assigned(partition: number, stopping: AbortSignal): Promise<void> {
    await this.#inTurn(() => this.#catchUp(partition, stopping));
    if (stopping.aborted) return;
    const streamTime = new StreamTime(this.#context.clock);
    this.#assigned.set(partition, { streamTime, sweep: new ExpirySweep(), pending: undefined });
  }

  batch(batch: RecordBatch): Promise<readonly OutgoingRecord[]> {
    return this.#inTurn(() => this.#work(batch));
  }

  async #work(batch: RecordBatch): Promise<readonly OutgoingRecord[]> {
    const assignment = this.#assignment(batch.partition);
    const started = performance.now();
    const work = await this.#reduceAll(batch, assignment.streamTime);
    const states = await this.#statesOf(work, assignment.streamTime.now);
    const swept = await this.#sweep(batch.partition, assignment, work);
    const changelog = swept === undefined ? states : [...states, ...swept.removals];
    assignment.pending = { work, changes: changelog.map(changeOf), swept };
    const seconds = (performance.now() - started) / 1000;
    this.#context.metrics.batchSeconds.observe({ aggregate: this.#aggregate.name }, seconds);
    // The log packs the output as one piece of work: it gets a slice of its own.
    await this.#slices.next();
    return [...changelog, ...work.emitted, ...work.deadLetters];
  }

  async committed(partition: number, positions: readonly Position[]): Promise<void> {
    const assignment = this.#assignment(partition);
    const { pending } = assignment;
    if (pending === undefined) return;
    assignment.pending = undefined;
    const { work, changes, swept } = pending;
    const last = positions[changes.length - 1];
    if (last !== undefined && this.#kept !== undefined) {
      if (this.#slices.isOver()) await this.#slices.next();
      await this.#kept.view.apply(partition, changes, last.offset + 1);
    }
    if (swept !== undefined) assignment.sweep.passed(swept.last);
    const { metrics, logger } = this.#context;
    const { name } = this.#aggregate;
    metrics.count(name, work, changes.length, swept?.removals.length ?? 0);
    for (const [code, count] of work.codes.counts) {
      logger.warn({ aggregate: name, partition, code, count }, 'records set aside as dead letters');
    }
  }

  async revoked(partition: number): Promise<void> {
    this.#assigned.delete(partition);
  }

  async lost(partition: number): Promise<void> {
    this.#assigned.delete(partition);
  }

  #inTurn<R>(work: () => Promise<R>): Promise<R> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #catchUp(partition: number, stopping: AbortSignal): Promise<void> {
    if (this.#kept === undefined || stopping.aborted) return;
    const { view, topic } = this.#kept;
    const { log, clock, logger } = this.#context;
    const { changes, isAnew } = await catchUp(view, log, topic, partition, clock, stopping);
    if (isAnew) logger.warn({ aggregate: this.#aggregate.name, partition }, FILLED_ANEW);
    logger.debug({ aggregate: this.#aggregate.name, partition, changes }, 'view caught up');
  }

  async #reduceAll(batch: RecordBatch, streamTime: StreamTime): Promise<BatchWork<S, E>> {
    await this.#reader.learn(batch.records);
    const keys = new Set(batch.records.map(({ key }) => key));
    const before = await this.#kept?.store.load(batch.partition, [...keys]);
    const work = new BatchWork(this.#aggregate, this.#context.codec, before ?? new Map<string, S>());
    for (const record of batch.records) {
      if (this.#slices.isOver()) await this.#slices.next();
      // Decoded one by one: a batch of events held as objects would outlive collections of garbage.
      const read = this.#reader.read(record);
      if ('event' in read) streamTime.observe(this.#aggregate.submittedAt(read.event));
      work.take(read, streamTime.now);
    }
    return work;
  }

  /** One record for each key that changed, whatever it went through in between. */
  async #statesOf(work: BatchWork<S, E>, now: EpochMs): Promise<OutgoingRecord[]> {
    const records: OutgoingRecord[] = [];
    if (this.#kept === undefined) return records;
    const { topic, store } = this.#kept;
    for (const [key, state] of work.changed()) {
      if (this.#slices.isOver()) await this.#slices.next();
      if (state === undefined) records.push(tombstone(topic, key, now));
      else records.push(stateRecord(topic, key, store.encode(state), state.changedAt));
    }
    return records;
  }

  /** Looks at some more rows, and removes those that have outlived their time. */
  async #sweep(
    partition: number,
    { sweep, streamTime: { now } }: Assignment,
    work: BatchWork<S, E>,
  ): Promise<Swept | undefined> {
    const from = this.#kept === undefined ? undefined : sweep.from(dayOf(now));
    if (this.#kept === undefined || from === undefined) return undefined;
    const { topic, store } = this.#kept;
    const rows = await store.range(partition, from, ROWS_PER_BATCH);
    const removals: OutgoingRecord[] = [];
    let last: string | undefined;
    for (const [key, state] of rows) {
      last = key;
      if (work.touches(key) || !this.#aggregate.isExpired(state, now)) continue;
      removals.push(tombstone(topic, key, Math.max(state.changedAt + 1, now)));
    }
    return { removals, last: rows.size < ROWS_PER_BATCH ? undefined : last };
  }

  #assignment(partition: number): Assignment {
    const assignment = this.#assigned.get(partition);
    if (assignment !== undefined) return assignment;
    throw new TaarError(
      'partition-not-assigned',
      'halt',
      `${this.#aggregate.name} was given a batch of partition ${partition}, which it does not own`,
    );
  }
}

function keptBy<S, E>(
  aggregate: Aggregate<S, E>,
  view: View | null,
  codec: RecordCodec,
  slices: TimeSlices,
): Kept<S> | undefined {
  const { name, input, changelog } = aggregate;
  if (changelog === null) return undefined;
  if (view === null) {
    throw new TaarError('view-missing', 'halt', `${name} keeps state and needs a view of ${changelog.topic}`);
  }
  if (topicSettings(input).partitions !== topicSettings(changelog.topic).partitions) {
    throw new TaarError(
      'partitions-differ',
      'halt',
      `${input} and ${changelog.topic} must have the same number of partitions`,
    );
  }
  return { topic: changelog.topic, view, store: new StateStore<S>(view, codec, changelog.type, slices) };
}

function stateRecord(topic: TopicName, key: string, value: Buffer, changedAt: EpochMs): OutgoingRecord {
  return { topic, key, value, headers: { [CHANGED_AT_HEADER]: `${changedAt}` } };
}

function tombstone(topic: TopicName, key: string, changedAt: EpochMs): OutgoingRecord {
  return { topic, key, value: null, headers: { [CHANGED_AT_HEADER]: `${changedAt}` } };
}

function changeOf({ key, value, headers }: OutgoingRecord): Change {
  return { key, value, changedAt: Number(headers?.[CHANGED_AT_HEADER]) };
}
