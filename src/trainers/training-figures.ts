import type { Metrics } from '../ops/metrics.ts';

export type TrainingOutcome = 'published' | 'refused' | 'failed';

/** What the trainer shows of itself. */
export class TrainingFigures {
  readonly #trainings;
  readonly #seconds;
  readonly #clients;
  readonly #waiting;
  readonly #receipts;

  constructor(metrics: Metrics) {
    this.#trainings = metrics.counter('trainings_total', 'Trainings by what came of them', ['outcome']);
    this.#seconds = metrics.gauge('training_seconds', 'How long the last training took');
    this.#clients = metrics.gauge('training_clients', 'Current profiles that the last training read');
    this.#waiting = metrics.gauge('erasures_waiting', 'Deletions whose receipt is not written yet');
    this.#receipts = metrics.counter('erasure_receipts_total', 'Erasure receipts written');
  }

  trained(outcome: TrainingOutcome, seconds: number, clients?: number): void {
    this.#trainings.inc({ outcome });
    this.#seconds.set(seconds);
    if (clients !== undefined) this.#clients.set(clients);
  }

  erasures(waiting: number, receiptsWritten: number): void {
    this.#waiting.set(waiting);
    this.#receipts.inc(receiptsWritten);
  }
}
