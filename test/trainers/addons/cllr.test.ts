import { describe, expect, it } from 'vitest';
import { cllr } from '../../../src/trainers/addons/cllr.ts';

describe('the cost of a list', () => {
  it('is the mean of what the right one and the others cost, in bits', () => {
    // log2(1 + 1/1) = 1; log2(1 + 3) = 2 and log2(1 + 0) = 0, their mean 1.
    expect(
      cllr(
        [
          ['a', 1],
          ['b', 3],
          ['c', 0],
        ],
        'a',
      ),
    ).toBeCloseTo(1, 14);
  });

  it('is larger where the right one stands weaker', () => {
    const costs = [4, 2, 0.5].map((score) =>
      cllr(
        [
          ['a', score],
          ['b', 1],
        ],
        'a',
      ),
    );
    expect(costs).toEqual([...costs].sort((x, y) => x - y));
    expect(costs[0]).toBeGreaterThan(0);
  });

  it.each([
    ['nothing', []],
    ['no right one', [['b', 1]]],
    ['no other', [['a', 1]]],
    [
      'a right one without a score',
      [
        ['a', 0],
        ['b', 1],
      ],
    ],
    [
      'a right one whose odds swallow 1',
      [
        ['a', 2 ** -53],
        ['b', 1],
      ],
    ],
    [
      'a negative right one',
      [
        ['a', -1],
        ['b', 1],
      ],
    ],
    [
      'only others that do not count',
      [
        ['a', 1],
        ['b', Number.NaN],
        ['c', -1],
        ['d', 2 ** 53],
        ['e', Number.POSITIVE_INFINITY],
      ],
    ],
  ] as const)('is 0 for a list with %s', (_, list) => {
    expect(cllr(list, 'a')).toBe(0);
  });

  it('counts an other without a score as free, and one just short of too far', () => {
    expect(
      cllr(
        [
          ['a', 1],
          ['b', 0],
        ],
        'a',
      ),
    ).toBe(0.5);
    expect(
      cllr(
        [
          ['a', 1],
          ['b', 2 ** 52],
        ],
        'a',
      ),
    ).toBeCloseTo((1 + 52) / 2, 9);
  });
});
