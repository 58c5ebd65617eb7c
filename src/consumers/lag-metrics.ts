import { Gauge, type Registry } from 'prom-client';
import type { ConsumerLag, PartitionLag } from './consumer-lag.ts';

/** Shows in the metrics how far behind consumers are; asked when somebody looks. */
export function showLag(registry: Registry, lags: readonly ConsumerLag[]): void {
  const registers = [registry];
  const labelNames = ['aggregate', 'partition'] as const;
  new Gauge({
    name: 'taar_consumer_lag_records',
    help: 'Records not yet processed',
    labelNames,
    registers,
    async collect() {
      await setEach(this, lags, ({ records }) => records);
    },
  });
  new Gauge({
    name: 'taar_consumer_lag_seconds',
    help: 'Age of the oldest record not yet processed',
    labelNames,
    registers,
    async collect() {
      await setEach(this, lags, ({ seconds }) => seconds);
    },
  });
}

async function setEach(
  gauge: Gauge<'aggregate' | 'partition'>,
  lags: readonly ConsumerLag[],
  figure: (lag: PartitionLag) => number,
): Promise<void> {
  // Where the log cannot say it there is no figure, rather than an old one, and the other metrics still come.
  const reports = await Promise.all(lags.map((lag) => lag.report().catch(() => [])));
  gauge.reset();
  for (const [i, lag] of lags.entries()) {
    for (const each of reports[i] ?? []) {
      gauge.set({ aggregate: lag.name, partition: `${each.partition}` }, figure(each));
    }
  }
}
