import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreKey, tenDecimals } from '../../../../src/serving/addons/taarlite/score-key.ts';
import { exactTenDecimals } from './exact-decimals.ts';

describe('a score with ten decimals', () => {
  it.each([
    [1 / 2048, '0.0004882812'],
    [3 / 2048, '0.0014648438'],
    [5 / 2048, '0.0024414062'],
    [2047 / 2048, '0.9995117188'],
    [12345.5 + 1 / 2048, '12345.5004882812'],
    [0, '0.0000000000'],
    [0.1, '0.1000000000'],
    [1e10, '10000000000.0000000000'],
  ])('of %d is %s', (value, text) => {
    expect(tenDecimals(value)).toBe(text);
    expect(exactTenDecimals(value)).toBe(text);
  });

  it('is exact for any score', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), (value) => {
        expect(tenDecimals(value)).toBe(exactTenDecimals(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it('rounds exact halves to the even digit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (n) => {
        const half = (2 * n + 1) / 2048;
        expect(tenDecimals(half)).toBe(exactTenDecimals(half));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the key of a candidate', () => {
  it('is padded so that text sorts as numbers do', () => {
    expect(scoreKey(0.7478143914, 8)).toBe('000000000.7478143914.0000000008');
    expect(scoreKey(12, 12_345)).toBe('000000012.0000000000.0000012345');
  });

  it('grows beyond its width for a large score, as the original does', () => {
    expect(scoreKey(1_000_000_007, 12)).toBe('1000000007.0000000000.0000000012');
  });
});
