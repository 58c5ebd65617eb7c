import type { Metrics } from '../../ops/metrics.ts';
import { CountedStats } from './counted-stats.ts';

/** Names beyond it are counted as `other`: a component that makes names up must not fill the metrics of a process. */
const MAX_NAMES = 2_000;

/** Stats of all flows of a process as metrics. Counted in memory, and put into labels only when they are read. */
export function meteredStats(metrics: Metrics): CountedStats {
  const stats = new CountedStats(MAX_NAMES);
  metrics.readCounter('flow_events_total', 'What flows counted, by name', ['name'], function* () {
    for (const [name, count] of stats.counts) yield [{ name }, count];
  });
  metrics.readCounter('flow_samples_total', 'How often flows sampled a name', ['name'], function* () {
    for (const [name, { count }] of stats.samples) yield [{ name }, count];
  });
  metrics.readCounter('flow_sampled_sum_total', 'Sum of what flows sampled, by name', ['name'], function* () {
    for (const [name, { sum }] of stats.samples) yield [{ name }, sum];
  });
  return stats;
}
