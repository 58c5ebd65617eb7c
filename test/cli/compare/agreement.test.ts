import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AgreementTally,
  agreementOf,
  overlapAt,
  rankBiasedOverlap,
} from '../../../src/cli/compare/agreement.ts';

const ranked = fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { maxLength: 10 });

describe('the agreement of two answers', () => {
  it('is full where they are the same, and none where they share nothing', () => {
    expect(agreementOf(['a', 'b'], ['a', 'b'], 10)).toEqual({
      equal: true,
      overlap: 1,
      rankBiasedOverlap: 1,
      displacement: 0,
    });
    expect(agreementOf(['a'], ['b'], 10)).toEqual({
      equal: false,
      overlap: 0,
      rankBiasedOverlap: 0,
      displacement: undefined,
    });
    expect(agreementOf([], [], 10)).toMatchObject({ equal: true, overlap: 1, rankBiasedOverlap: 1 });
    expect(agreementOf([], ['a'], 10)).toMatchObject({ equal: false, overlap: 0, rankBiasedOverlap: 0 });
  });

  it('counts the overlap among the first k', () => {
    expect(overlapAt(['a', 'b', 'c'], ['b', 'a', 'd'], 2)).toBe(1);
    expect(overlapAt(['a', 'b', 'c'], ['b', 'a', 'd'], 3)).toBeCloseTo(2 / 3);
    expect(overlapAt(['a'], ['a', 'b'], 10)).toBe(0.5);
  });

  it('weighs early ranks more', () => {
    const right = ['a', 'b', 'c', 'd'];
    expect(rankBiasedOverlap(['b', 'a', 'c', 'd'], right)).toBeLessThan(
      rankBiasedOverlap(['a', 'b', 'd', 'c'], right),
    );
    // By hand, p = 0.5: depths 0/1, 2/2, with weights 1 and 1/2.
    expect(rankBiasedOverlap(['a', 'b'], ['b', 'a'], 0.5)).toBeCloseTo(1 / 3);
  });

  it('tells how far shared items are apart', () => {
    expect(agreementOf(['a', 'b', 'c'], ['c', 'b', 'x', 'a'], 10).displacement).toBeCloseTo((3 + 0 + 2) / 3);
  });

  it('counts an item that is twice in an answer at its first place', () => {
    expect(agreementOf(['a', 'a', 'b'], ['a', 'b'], 10)).toMatchObject({ equal: false, overlap: 1 });
  });

  it('is the same both ways, between 0 and 1, and 1 only for equal answers', () => {
    fc.assert(
      fc.property(ranked, ranked, (a, b) => {
        const there = agreementOf(a, b, 5);
        expect(agreementOf(b, a, 5)).toEqual(there);
        for (const value of [there.overlap, there.rankBiasedOverlap]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1 + 1e-12);
        }
        expect(there.rankBiasedOverlap > 1 - 1e-12).toBe(there.equal);
      }),
    );
  });

  it('is summed up as means and counts', () => {
    const tally = new AgreementTally();
    expect(tally.summary()).toMatchObject({ compared: 0, overlap: undefined });
    tally.add(agreementOf(['a'], ['a'], 1), false);
    tally.add(agreementOf(['a'], ['b'], 1), false);
    tally.add(agreementOf([], [], 1), true);
    expect(tally.summary()).toEqual({
      compared: 3,
      equal: 2,
      bothEmpty: 1,
      overlap: 2 / 3,
      rankBiasedOverlap: 2 / 3,
      displacement: 0,
    });
  });
});
