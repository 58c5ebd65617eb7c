import { describe, expect, it } from 'vitest';
import { Latencies } from '../../../src/cli/simulate/latencies.ts';

describe('Latencies', () => {
  it('knows no quantile of nothing', () => {
    expect(new Latencies().quantile(0.5)).toBeNull();
  });

  it('tells quantiles within 2 %', () => {
    const latencies = new Latencies();
    for (let value = 1; value <= 1000; value++) latencies.add(value / 10);
    for (const [q, exact] of [
      [0.5, 50],
      [0.99, 99],
      [1, 100],
    ] as const) {
      const found = latencies.quantile(q) ?? 0;
      expect(found).toBeGreaterThanOrEqual(exact);
      expect(found).toBeLessThan(exact * 1.021);
    }
  });

  it('takes values of any size', () => {
    const latencies = new Latencies();
    latencies.add(0);
    latencies.add(1e12);
    expect(latencies.quantile(0)).toBeCloseTo(0.01);
    expect(latencies.quantile(1)).toBeGreaterThan(1e6);
  });
});
