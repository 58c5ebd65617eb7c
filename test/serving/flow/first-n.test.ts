import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dedup } from '../../../src/serving/flow/dedup.ts';
import { firstN, mergeItems } from '../../../src/serving/flow/first-n.ts';
import { NONE } from '../../../src/serving/flow/pool.ts';
import { itemsOf, poolOf, queryOf } from './question.ts';

const item = fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 1_000_000 }));
const lists = fc.array(fc.array(fc.tuple(item, fc.double({ noNaN: true })), { maxLength: 30 }), {
  maxLength: 4,
});

describe('dropping doubles', () => {
  it('keeps the first occurrence of each item, in order, for small and large item numbers', () => {
    fc.assert(
      fc.property(lists, (lists) => {
        const pool = poolOf(lists);
        const expected = [...new Set(itemsOf(pool, pool.all()))];
        expect(itemsOf(pool, dedup(pool, pool.all()))).toEqual(expected);
      }),
    );
  });
});

describe('merging', () => {
  it('hangs every other occurrence on the first one', () => {
    fc.assert(
      fc.property(lists, (lists) => {
        const pool = poolOf(lists);
        const found: number[] = [];
        for (const entry of mergeItems(pool, pool.all())) {
          for (let at = entry; at !== NONE; at = pool.mergedInto(at)) {
            expect(pool.item[at]).toBe(pool.item[entry]);
            found.push(at);
          }
        }
        expect(found.sort((a, b) => a - b)).toEqual([...pool.all()]);
      }),
    );
  });
});

describe('the first N', () => {
  it.each([
    [1, 4],
    [0.5, 2],
    [0.1, 1],
  ])('at quality %d are %d of 4', async (quality, kept) => {
    const pool = poolOf([Array.from({ length: 10 }, (_, i) => [i, 10 - i] as const)]);
    const step = firstN<undefined>({
      count: { key: 'count', default: 4 },
      minScale: { key: 'scale', default: 0.3 },
    });
    expect(await step.apply(queryOf({ quality }), pool, pool.all())).toHaveLength(kept);
  });
});
