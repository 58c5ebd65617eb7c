import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blendStep, roundRobin, weightedInterleave } from '../../../src/serving/flow/interleave.ts';
import { rankSquareShuffle, uniformShuffle } from '../../../src/serving/flow/shuffler.ts';
import { itemsOf, poolOf, queryOf, uniformsFrom } from './question.ts';

const groups = fc.array(fc.record({ length: fc.nat({ max: 20 }), weight: fc.constantFrom(0, 0.5, 1, 3) }), {
  maxLength: 6,
});

describe.each([
  ['a drawn blend', weightedInterleave],
  ['a round robin', roundRobin],
])('%s', (_name, blend) => {
  it('loses nothing, doubles nothing and keeps the order of each source; weight 0 is left out', () => {
    fc.assert(
      fc.property(groups, fc.integer(), (shapes, seed) => {
        let next = 0;
        const groups = shapes.map(({ length, weight }) => ({
          list: Int32Array.from({ length }, () => next++),
          weight,
        }));
        const blended = [...blend(groups, uniformsFrom(seed))];
        for (const { list, weight } of groups) {
          const own = blended.filter((entry) => list.includes(entry));
          expect(own).toEqual(weight > 0 ? [...list] : []);
        }
        expect(new Set(blended).size).toBe(blended.length);
      }),
    );
  });
});

describe('shuffling', () => {
  it('moves nothing in or out, and rank-square keeps the first', () => {
    fc.assert(
      fc.property(fc.nat({ max: 200 }), fc.integer(), (length, seed) => {
        const list = Int32Array.from({ length }, (_, i) => i);
        for (const shuffle of [rankSquareShuffle, uniformShuffle]) {
          expect([...shuffle(list, uniformsFrom(seed))].sort((a, b) => a - b)).toEqual([...list]);
        }
        expect(rankSquareShuffle(list, uniformsFrom(seed))[0]).toBe(list[0]);
      }),
    );
  });
});

describe('the blend step', () => {
  it('takes the weights of the sources, and 1 where a source has none', async () => {
    const pool = poolOf([
      [[1, 0]],
      [
        [2, 0],
        [3, 0],
      ],
    ]);
    const fetch = () => ({ items: [], scores: [], count: 0 });
    const step = blendStep<undefined>({
      sources: [
        { name: 'a', onFailure: 'empty', fetch, weight: { key: 'a', default: 0 } },
        { name: 'b', onFailure: 'empty', fetch },
      ],
    });
    expect(itemsOf(pool, await step.apply(queryOf(), pool, pool.all()))).toEqual([2, 3]);
  });
});
