import { describe, expect, it } from 'vitest';
import { fitPlainAls, predict } from '../../../src/trainers/numerics/als.ts';
import { chooseByError, chooseByRanking, type Trial } from '../../../src/trainers/numerics/als-choice.ts';
import { foldErrors, withoutFold } from '../../../src/trainers/numerics/als-cross-validation.ts';
import { bestOf, gridOf, TAAR_GRID } from '../../../src/trainers/numerics/als-grid.ts';
import { PER_COUNT } from '../../../src/trainers/numerics/als-options.ts';
import { hiddenItemGain } from '../../../src/trainers/numerics/als-ranking.ts';
import { startingUsers } from '../../../src/trainers/numerics/als-start.ts';
import { sampleRows } from '../../../src/trainers/numerics/row-sample.ts';
import { interactionsOf, tastes } from './interactions.ts';

const COMMON = { iterations: 6, seed: 1, countExponent: PER_COUNT, solver: 'cholesky' } as const;

function trial(): Trial {
  const likes = tastes(300, 30);
  return {
    sample: sampleRows(likes, { size: 300, seed: 1 }),
    items: 30,
    candidates: gridOf([4], [0.1, 1000], [1, 20]),
    common: COMMON,
    circumstances: {},
  };
}

describe("TAAR's grid", () => {
  it('has 18 candidates, alpha varying fastest and rank slowest', () => {
    expect(TAAR_GRID).toHaveLength(18);
    expect(TAAR_GRID.slice(0, 4)).toEqual([
      { factors: 15, lambda: 0.01, alpha: 1 },
      { factors: 15, lambda: 0.01, alpha: 10 },
      { factors: 15, lambda: 0.01, alpha: 20 },
      { factors: 15, lambda: 0.1, alpha: 1 },
    ]);
  });

  it('gives the first of equal candidates, and passes over what is no number', () => {
    const [a, b, c] = TAAR_GRID;
    if (a === undefined || b === undefined || c === undefined) throw new Error('the grid is too small');
    expect(bestOf([a, b, c], [Number.NaN, 2, 2])).toBe(b);
    expect(bestOf([a, b, c], [1, 2, 3])).toBe(c);
    expect(bestOf([a], [Number.NaN])).toBeUndefined();
  });
});

describe('errors of folds', () => {
  const likes = interactionsOf([[0, 1], [1, 2], [0, 2], [3]], 4);
  const foldOf = Uint8Array.of(0, 1, 0, 1, 1, 0, 0);

  it('leave the entries of one fold out, and keep all numbers', () => {
    const { users, items, starts, itemOf } = withoutFold(likes, foldOf, 0);
    expect([users, items, [...starts], [...itemOf]]).toEqual([4, 4, [0, 1, 2, 3, 3], [1, 2, 0]]);
  });

  it('are of what was left out, where its user and item are known without it', () => {
    const train = (training: typeof likes) =>
      fitPlainAls(training, { ...COMMON, factors: 2, lambda: 0.1, alpha: 5 }, startingUsers(likes, 2, 1));
    const fitted = train(withoutFold(likes, foldOf, 0));
    // User 3 and item 3 have no other entry.
    const squares = [
      [0, 0],
      [1, 1],
      [2, 2],
    ].map(([user = 0, item = 0]) => (1 - predict(fitted, user, item)) ** 2);
    const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length;
    expect(foldErrors(likes, foldOf, 2, train)[0]).toBeCloseTo(Math.sqrt(mean), 12);
  });
});

describe('the gain of hidden items', () => {
  // Item 0 is like item 1, item 2 is unlike both, nobody knows item 3.
  const fitted = {
    factors: 2,
    users: new Float64Array(0),
    items: Float64Array.of(1, 0, 0.9, 0, 0.1, 1, 0, 0),
  };

  it('is 1 in the first place among what the user does not have, less below, and 0 where nothing is known', () => {
    expect(hiddenItemGain(fitted, [{ known: [0], item: 1 }])).toBe(1);
    expect(hiddenItemGain(fitted, [{ known: [0], item: 2 }])).toBeCloseTo(1 / Math.log2(3), 12);
    expect(hiddenItemGain(fitted, [{ known: [0], item: 3 }])).toBe(0);
    expect(hiddenItemGain(fitted, [{ known: [3], item: 0 }])).toBe(0);
    expect(
      hiddenItemGain(fitted, [
        { known: [0], item: 1 },
        { known: [0], item: 3 },
      ]),
    ).toBe(0.5);
  });
});

describe('a choice', () => {
  it('by error takes the candidate that predicts most as 1: the larger alpha', () => {
    const { best, scores } = chooseByError(trial());
    expect(scores).toHaveLength(4);
    expect(best).toEqual({ factors: 4, lambda: 0.1, alpha: 20 });
  });

  it('by ranking does not take a candidate that knows nothing', () => {
    const { best, scores } = chooseByRanking(trial());
    expect(best.lambda).toBe(0.1);
    expect(Math.max(...scores)).toBeGreaterThan(0.2);
  });

  it('is the same again, and tells of its progress', () => {
    const told: number[] = [];
    const one = chooseByRanking({ ...trial(), onCandidate: (done) => told.push(done) });
    expect(chooseByRanking(trial())).toEqual(one);
    expect(told).toEqual([1, 2, 3, 4]);
  });

  it('needs a candidate, and takes the first where there is nothing to try it on', () => {
    expect(() => chooseByRanking({ ...trial(), candidates: [] })).toThrow(RangeError);
    expect(chooseByRanking({ ...trial(), sample: [] }).best.alpha).toBe(1);
  });
});
