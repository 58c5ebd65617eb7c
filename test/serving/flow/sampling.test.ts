import { describe, expect, it } from 'vitest';
import { sample } from '../../../src/serving/flow/sampling.ts';
import { itemsOf, poolOf, uniformsFrom } from './question.ts';

describe('sampling', () => {
  const scored = [
    [1, 0.5],
    [2, 3],
    [3, Number.NaN],
    [4, 1],
    [5, -20],
  ] as const;

  it('keeps the fixed ones first and what is not drawn in order of score', () => {
    const pool = poolOf([scored]);
    const order = sample(pool, pool.all(), { fixed: 1, factor: 1, draws: 0 }, uniformsFrom(1));
    expect(itemsOf(pool, order)).toEqual([2, 4, 1, 3, 5]);
    expect(pool.probabilityOf(order[0] ?? -1)).toBe(1);
    expect(pool.probabilityOf(order[1] ?? -1)).toBeNull();
  });

  it('gives the same order for the same seed, wherever the candidates stood', () => {
    const orders = [scored, scored.toReversed()].map((list) => {
      const pool = poolOf([list]);
      return itemsOf(pool, sample(pool, pool.all(), { fixed: 0, factor: 1, draws: 5 }, uniformsFrom(7)));
    });
    expect(orders[0]).toEqual(orders[1]);
  });
});
