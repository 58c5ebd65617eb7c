import type { Counter, Gauge } from 'prom-client';
import type { Metrics } from '../ops/metrics.ts';
import type { RejectionCode } from './ping-rejection.ts';
import type { DocumentTypeLabel, UnreadSubmission } from './submission.ts';

/** What became of a ping. */
export type PingOutcome = 'published' | 'nobody' | 'rejected' | 'refused' | UnreadSubmission['reason'];

/** What the intake counts. Labels come from fixed sets of names, never out of a request. */
export class IntakeMetrics {
  readonly #pings: Counter<'type' | 'outcome'>;
  readonly #rejections: Counter<'code'>;
  readonly #refusals: Counter<'code'>;
  readonly #inFlight: Gauge;

  constructor(metrics: Metrics) {
    this.#pings = metrics.counter('intake_pings_total', 'Pings by type and what became of them', [
      'type',
      'outcome',
    ]);
    this.#rejections = metrics.counter('intake_rejections_total', 'Pings that were wrong, by code', ['code']);
    this.#refusals = metrics.counter('intake_refusals_total', 'Pings told to come back later, by code', [
      'code',
    ]);
    this.#inFlight = metrics.gauge('intake_in_flight_pings', 'Pings that are being handled');
  }

  ping(type: DocumentTypeLabel, outcome: PingOutcome): void {
    this.#pings.inc({ type, outcome });
  }

  rejected(code: RejectionCode): void {
    this.#rejections.inc({ code });
  }

  /** @param code the code of a TaarError: a fixed set of names */
  refused(code: string): void {
    this.#refusals.inc({ code });
  }

  inFlight(pings: number): void {
    this.#inFlight.set(pings);
  }
}
