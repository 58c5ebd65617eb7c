import { describe, expect, it } from 'vitest';
import { Metrics } from '../../../src/ops/metrics.ts';
import { CountedStats } from '../../../src/serving/flow/counted-stats.ts';
import { meteredStats } from '../../../src/serving/flow/metered-stats.ts';

describe('stats', () => {
  it('are metrics when they are read, and grow from reading to reading', async () => {
    const metrics = new Metrics();
    const stats = meteredStats(metrics);
    stats.scope('f', 'guard').count('a/error', 2);
    stats.sample('ms', 1.5);
    await metrics.registry.metrics();
    stats.scope('f').count('guard/a/error');
    const text = await metrics.registry.metrics();
    expect(text).toContain('taar_flow_events_total{name="f/guard/a/error"} 3');
    expect(text).toContain('taar_flow_samples_total{name="ms"} 1');
    expect(text).toContain('taar_flow_sampled_sum_total{name="ms"} 1.5');
  });

  it('have a bounded number of names', () => {
    const stats = new CountedStats(2);
    for (const name of ['a', 'b', 'c', 'd', 'a']) stats.count(name);
    expect([...stats.counts]).toEqual([
      ['a', 2],
      ['b', 1],
      ['other', 2],
    ]);
  });
});
