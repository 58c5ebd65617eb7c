import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeAscending, mergeNumbers, mergeTexts } from '../../src/domain/sorted-list.ts';

const LIMIT = 6;
const sorted = fc
  .uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: LIMIT })
  .map((numbers) => numbers.sort((a, b) => a - b));

describe('merging ascending lists', () => {
  it('gives the smallest of the union, ascending and once each', () => {
    fc.assert(
      fc.property(sorted, sorted, (a, b) => {
        const union = [...new Set([...a, ...b])].sort((x, y) => x - y);
        expect(mergeNumbers(a, b, LIMIT)).toEqual(union.slice(0, LIMIT));
      }),
    );
  });

  it('gives the same whatever is merged first, also at the limit', () => {
    fc.assert(
      fc.property(sorted, sorted, sorted, (a, b, c) => {
        const left = mergeNumbers(mergeNumbers(a, b, LIMIT), c, LIMIT);
        expect(left).toEqual(mergeNumbers(a, mergeNumbers(b, c, LIMIT), LIMIT));
        expect(left).toEqual(mergeNumbers(c, mergeNumbers(b, a, LIMIT), LIMIT));
      }),
    );
  });

  it('returns the first list itself where the second adds nothing', () => {
    const list = [1, 2, 3];
    expect(mergeNumbers(list, [2, 3], LIMIT)).toBe(list);
    expect(mergeNumbers(list, [4], 3)).toBe(list);
    expect(mergeNumbers(list, [0], 3)).toEqual([0, 1, 2]);
  });

  it('lets the caller choose between equals', () => {
    const larger = (x: { n: number }, y: { n: number }): { n: number } => (x.n >= y.n ? x : y);
    const list = [{ n: 1 }];
    expect(mergeAscending(list, [{ n: 2 }], () => 0, larger, LIMIT)).toEqual([{ n: 2 }]);
    expect(mergeAscending(list, [{ n: 0 }], () => 0, larger, LIMIT)).toBe(list);
  });

  it('orders texts by code point', () => {
    expect(mergeTexts(['\u{1f98a}'], ['\uffee'], LIMIT)).toEqual(['\uffee', '\u{1f98a}']);
  });
});
