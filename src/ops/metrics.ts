import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The metrics of one process. Names start with `taar_`; labels never hold an id of a client. */
export class Metrics {
  readonly registry = new Registry();

  counter<L extends string>(name: string, help: string, labels: readonly L[] = []): Counter<L> {
    return new Counter({ name: `taar_${name}`, help, labelNames: [...labels], registers: [this.registry] });
  }

  /** A counter that is counted elsewhere, and read when the metrics are. */
  readCounter<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    read: () => Iterable<readonly [Readonly<Record<L, string>>, number]>,
  ): void {
    const counter = new Counter({
      name: `taar_${name}`,
      help,
      labelNames: [...labels],
      registers: [this.registry],
      collect() {
        counter.reset();
        for (const [values, count] of read()) counter.inc(values, count);
      },
    });
  }

  gauge<L extends string>(name: string, help: string, labels: readonly L[] = []): Gauge<L> {
    return new Gauge({ name: `taar_${name}`, help, labelNames: [...labels], registers: [this.registry] });
  }

  /** Buckets in seconds. */
  histogram<L extends string>(
    name: string,
    help: string,
    buckets: number[],
    labels: readonly L[] = [],
  ): Histogram<L> {
    return new Histogram({
      name: `taar_${name}`,
      help,
      labelNames: [...labels],
      buckets,
      registers: [this.registry],
    });
  }

  /** Adds memory, CPU and event-loop figures of the process. */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }
}
