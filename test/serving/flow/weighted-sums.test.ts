import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kernel } from '../../../src/domain/kernel.ts';
import type { CandidatePool } from '../../../src/serving/flow/pool.ts';
import { NONE } from '../../../src/serving/flow/pool.ts';
import { RANKING_KERNEL, WeightedSums } from '../../../src/serving/flow/weighted-sums.ts';
import { itemsOf, poolOf } from './question.ts';

const ITEMS = 40;
const kernel = new Kernel(RANKING_KERNEL);

const score = fc.oneof(
  fc.double({ min: -5, max: 5, noNaN: true }),
  fc.constantFrom(0, -0, 1, 1 + Number.EPSILON, 1e300, -1e300, 5e-324),
  fc.integer({ min: -2, max: 2 }),
);
const oneList = fc.uniqueArray(fc.tuple(fc.nat(ITEMS - 1), score), { selector: ([item]) => item });
const lists = fc.array(oneList, { minLength: 3, maxLength: 3 });
const weights = fc.array(fc.constantFrom(1, 0.5, -1, 1.9, 0), { minLength: 3, maxLength: 3 });

function plainSums(
  lists: readonly (readonly (readonly [number, number])[])[],
  weights: readonly number[],
): [item: number, sum: number][] {
  const sums = new Map<number, number>();
  for (const [source, list] of lists.entries()) {
    for (const [item, score] of list) sums.set(item, (sums.get(item) ?? 0) + (weights[source] ?? 0) * score);
  }
  return [...sums].sort(([a, x], [b, y]) => y - x || a - b);
}

function occurrences(pool: CandidatePool, entry: number): number[] {
  const entries: number[] = [];
  for (let at = entry; at !== NONE; at = pool.mergedInto(at)) entries.push(at);
  return entries;
}

describe('weighted sums', () => {
  it('are those of a plain loop to the last bit and in its order, for requests in turn', () => {
    const sums = new WeightedSums(kernel);
    fc.assert(
      fc.property(lists, weights, (lists, weights) => {
        const pool = poolOf(lists);
        const order = sums.order(pool, pool.all(), weights, ITEMS);
        const given = Array.from(order, (entry) => [pool.item[entry], pool.score[entry]]);
        expect(given).toEqual(plainSums(lists, weights));
      }),
      { numRuns: 1_000 },
    );
  });

  it('merge all occurrences of an item into its first, in the order of the list', () => {
    const sums = new WeightedSums(kernel);
    fc.assert(
      fc.property(lists, (lists) => {
        const pool = poolOf(lists);
        const all = [...pool.all()];
        for (const entry of sums.order(pool, pool.all(), [1, 1, 1], ITEMS)) {
          const same = all.filter((other) => pool.item[other] === pool.item[entry]);
          expect(occurrences(pool, entry)).toEqual(same);
        }
      }),
    );
  });

  it('look at nothing but the list', () => {
    const pool = poolOf([
      [
        [3, 1],
        [7, 2],
      ],
      [[7, 5]],
    ]);
    const order = new WeightedSums(kernel).order(pool, Int32Array.of(2, 0), [1, 1], ITEMS);
    expect(itemsOf(pool, order)).toEqual([7, 3]);
    expect([...order].map((entry) => pool.score[entry])).toEqual([5, 1]);
  });

  it('are nothing where a source of the list has no weight, and right again afterwards', () => {
    const sums = new WeightedSums(kernel);
    const pool = poolOf([[[1, 1]], [[1, 2]]]);
    expect(sums.order(pool, pool.all(), [1, Number.NaN], ITEMS)).toHaveLength(0);
    expect([...sums.order(pool, pool.all(), [1, 2], ITEMS)].map((entry) => pool.score[entry])).toEqual([5]);
  });

  it('refuse an item that the table does not have', () => {
    const sums = new WeightedSums(kernel);
    const pool = poolOf([[[ITEMS, 1]]]);
    expect(() => sums.order(pool, pool.all(), [1], ITEMS)).toThrow(RangeError);
    const right = poolOf([[[ITEMS - 1, 1]]]);
    expect(itemsOf(right, sums.order(right, right.all(), [1], ITEMS))).toEqual([ITEMS - 1]);
  });

  it.each([
    ['all the same', (i: number) => i * 0],
    ['a few far above the others', (i: number) => (i < 3 ? 1e6 * (i + 1) : 1 / (i + 1))],
    ['ever closer', (i: number) => 1 / (i + 1) ** 3],
    ['not all finite', (i: number) => (i === 5 ? Number.POSITIVE_INFINITY : i)],
  ])('order a thousand scores that are %s', (_what, scoreOf) => {
    const list = Array.from({ length: 1_000 }, (_, i): [number, number] => [(i * 7) % 1_000, scoreOf(i)]);
    const pool = poolOf([list]);
    const order = new WeightedSums(kernel).order(pool, pool.all(), [1], 1_000);
    const expected = plainSums([list], [1]).map(([item]) => item);
    expect(itemsOf(pool, order)).toEqual(expected);
  });
});
