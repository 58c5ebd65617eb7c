import type { Counter, Histogram } from 'prom-client';
import type { Metrics } from '../ops/metrics.ts';
import type { BatchCounts } from './batch-work.ts';

/** Upper bounds in seconds: a batch takes milliseconds, one that waits for a disk seconds. */
const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** What the consumers of one process count. Made once, shared by all. */
export class ConsumerMetrics {
  readonly #events: Counter<'aggregate' | 'type'>;
  readonly #notes: Counter<'aggregate' | 'note'>;
  readonly #deadLetters: Counter<'aggregate' | 'code'>;
  readonly #states: Counter<'aggregate'>;
  readonly #expired: Counter<'aggregate'>;
  readonly batchSeconds: Histogram<'aggregate'>;

  constructor(metrics: Metrics) {
    this.#events = metrics.counter('consumer_events_total', 'Events reduced', ['aggregate', 'type']);
    this.#notes = metrics.counter('consumer_notes_total', 'What reductions refused or noticed', [
      'aggregate',
      'note',
    ]);
    this.#deadLetters = metrics.counter('consumer_dead_letters_total', 'Records set aside', [
      'aggregate',
      'code',
    ]);
    this.#states = metrics.counter('consumer_states_total', 'States written', ['aggregate']);
    this.#expired = metrics.counter('consumer_expired_total', 'Rows dropped for age', ['aggregate']);
    this.batchSeconds = metrics.histogram(
      'consumer_batch_seconds',
      'Time from a batch to its output, without the commit',
      BUCKETS_SECONDS,
      ['aggregate'],
    );
  }

  /** Adds one committed batch of an aggregate, which wrote `states` rows, `expired` of them as removals for age. */
  count(aggregate: string, { types, notes, codes }: BatchCounts, states: number, expired: number): void {
    for (const [type, count] of types.counts) this.#events.inc({ aggregate, type }, count);
    for (const [note, count] of notes.counts) this.#notes.inc({ aggregate, note }, count);
    for (const [code, count] of codes.counts) this.#deadLetters.inc({ aggregate, code }, count);
    this.#states.inc({ aggregate }, states);
    this.#expired.inc({ aggregate }, expired);
  }
}
