import { describe, expect, it } from 'vitest';
import { LatencyQuality } from '../../../src/serving/flow/quality.ts';

const CONFIG = { min: 0.1, max: 1, initial: 1, targetMs: 100, percentile: 95, delta: 0.001, warmupMs: 0 };

describe('quality', () => {
  it('stays where it is when the share of slow answers is that of the percentile', () => {
    const quality = new LatencyQuality({ ...CONFIG, initial: 0.5 }, 0);
    for (let i = 0; i < 2_000; i++) quality.observe(i % 20 === 0 ? 101 : 100, false, 1);
    expect(quality.value).toBeCloseTo(0.5, 6);
  });

  it.each([{ percentile: 100 }, { percentile: 49 }, { initial: 2 }])('refuses %o', (wrong) => {
    expect(() => new LatencyQuality({ ...CONFIG, ...wrong }, 0)).toThrow(RangeError);
  });
});
