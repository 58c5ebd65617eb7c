import type { Counter } from 'prom-client';
import type { ObservationKind } from '../../domain/served.ts';
import type { Metrics } from '../../ops/metrics.ts';

/** Why the record of an answer was not written. */
export type DropReason = 'queue-full' | 'log-failed' | 'not-encodable' | 'stopped';

/** What became of a request that tells observations. */
export type ObservationOutcome = 'written' | 'invalid' | 'token-unknown' | 'token-expired' | 'put-off';

/** What the feedback counts. Labels come from fixed sets of names, never out of a request. */
export class FeedbackMetrics {
  readonly #written: Counter;
  readonly #dropped: Counter<'reason'>;
  readonly #requests: Counter<'outcome'>;
  readonly #observations: Counter<'kind'>;

  constructor(metrics: Metrics) {
    this.#written = metrics.counter(
      'serving_records_written_total',
      'Records of answers that are on the log',
    );
    this.#dropped = metrics.counter(
      'serving_records_dropped_total',
      'Records of answers given up, by reason',
      ['reason'],
    );
    this.#requests = metrics.counter(
      'serving_observation_requests_total',
      'Requests that tell what became of answers, by outcome',
      ['outcome'],
    );
    this.#observations = metrics.counter('serving_observations_total', 'Observations taken, by kind', [
      'kind',
    ]);
  }

  written(records: number): void {
    this.#written.inc(records);
  }

  dropped(reason: DropReason, records: number): void {
    this.#dropped.inc({ reason }, records);
  }

  request(outcome: ObservationOutcome): void {
    this.#requests.inc({ outcome });
  }

  observed(kind: ObservationKind): void {
    this.#observations.inc({ kind });
  }
}
