import { ask, type Child, endChild, startChild } from './bench.child.ts';

/** What is sent, how often, and to whom. */
export interface OpenOrder {
  readonly port: number;
  /** Asked for in turns. */
  readonly paths: readonly string[];
  readonly perSecond: number;
}

/** What became of the requests, one place each in the order of the schedule. Times as `monotonicMs`. */
export interface OpenReport {
  readonly dueMs: Float64Array;
  /** From the moment the request was due, on whatever it waited; NaN where it got no 200, or an empty one. */
  readonly latencyMs: Float64Array;
  /** How much later than due it was sent: the part of the latency that is the load's own fault. */
  readonly lateMs: Float64Array;
  /** Different values of the header `taar-models` of the others. */
  readonly setVersions: readonly string[];
  /** What was wrong with the first few of those. */
  readonly failures: readonly string[];
  /** How much of a core the load took. */
  readonly cpuShare: number;
}

/** Requests at fixed times from a process of their own, whether or not the ones before were answered. */
export class OpenLoad {
  readonly #child: Child<unknown>;

  private constructor(child: Child<unknown>) {
    this.#child = child;
  }

  static async start(order: OpenOrder): Promise<OpenLoad> {
    const child = await startChild('load.child.ts');
    await ask(child, order);
    return new OpenLoad(child);
  }

  /** Ends the load, its process too, once all that was sent is answered. */
  async stop(): Promise<OpenReport> {
    const report = await ask<OpenReport>(this.#child, 'stop');
    await endChild(this.#child);
    return report;
  }
}

/** A clock that all processes of a machine share and nobody sets. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** From a moment until before another one, as `monotonicMs`. */
export type Span = readonly [fromMs: number, toMs: number];

/** How long the answers took of the requests that were due within one of these spans. */
export function within({ dueMs, latencyMs }: OpenReport, spans: readonly Span[]): Float64Array {
  return latencyMs.filter((_, nth) => {
    const due = dueMs[nth] ?? Number.NaN;
    return spans.some(([from, to]) => due >= from && due < to);
  });
}

/** How many got no answer that counts. */
export function failed(latencyMs: Float64Array): number {
  return latencyMs.reduce((sum, value) => sum + Number(Number.isNaN(value)), 0);
}

/** The quantile `q` in [0, 1]; a request without an answer took longer than any other. */
export function quantile(latencyMs: Float64Array, q: number): number {
  const sorted = latencyMs.map((value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value)).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}
