import { describe, expect, it } from 'vitest';
import { fitPlainAls, objective, predict } from '../../../src/trainers/numerics/als.ts';
import {
  type AlsFactors,
  type AlsOptions,
  PER_COUNT,
  PLAIN,
} from '../../../src/trainers/numerics/als-options.ts';
import { startingUsers } from '../../../src/trainers/numerics/als-start.ts';
import { interactionsOf, tastes } from './interactions.ts';

const OPTIONS: AlsOptions = {
  factors: 4,
  lambda: 0.05,
  alpha: 10,
  iterations: 6,
  seed: 3,
  countExponent: PER_COUNT,
};

/** The objective as its definition has it, over all pairs. */
function objectiveByPairs(
  rows: readonly (readonly number[])[],
  items: number,
  fitted: AlsFactors<Float64Array>,
) {
  const square = (factors: Float64Array, row: number) =>
    factors.subarray(row * 4, row * 4 + 4).reduce((sum, value) => sum + value * value, 0);
  let sum = 0;
  const counts = new Array<number>(items).fill(0);
  for (const [user, row] of rows.entries()) {
    for (let item = 0; item < items; item++) {
      const has = row.includes(item);
      if (has) counts[item] = (counts[item] ?? 0) + 1;
      sum += (has ? 1 + OPTIONS.alpha : 1) * ((has ? 1 : 0) - predict(fitted, user, item)) ** 2;
    }
    sum += OPTIONS.lambda * row.length * square(fitted.users, user);
  }
  for (const [item, count] of counts.entries()) sum += OPTIONS.lambda * count * square(fitted.items, item);
  return sum;
}

describe('alternating least squares', () => {
  it('makes its objective smaller with each iteration, whatever the scaling of lambda', () => {
    const likes = tastes(200, 30);
    for (const countExponent of [PER_COUNT, PLAIN, 0.5]) {
      const options = { ...OPTIONS, countExponent, iterations: 10 };
      const values: number[] = [];
      fitPlainAls(likes, options, startingUsers(likes, 4, 3), (fitted) =>
        values.push(objective(likes, fitted, options)),
      );
      expect(values).toHaveLength(10);
      for (const [i, value] of values.slice(1).entries()) expect(value).toBeLessThanOrEqual(values[i] ?? 0);
    }
  });

  it('means by its objective the weighted squares over all pairs and the regularisation', () => {
    const rows = [[0, 2], [1], [0, 1, 3], [2, 3]];
    const likes = interactionsOf(rows, 4);
    const fitted = fitPlainAls(likes, OPTIONS, startingUsers(likes, 4, 3));
    expect(objective(likes, fitted, OPTIONS)).toBeCloseTo(objectiveByPairs(rows, 4, fitted), 9);
  });

  it('leaves no step that would make the objective smaller by changing one user', () => {
    const rows = [[0, 2], [1], [0, 1, 3], [2, 3]];
    const likes = interactionsOf(rows, 4);
    const fitted = fitPlainAls(likes, OPTIONS, startingUsers(likes, 4, 3));
    const best = objective(likes, fitted, OPTIONS);
    for (let at = 0; at < fitted.users.length; at++) {
      for (const step of [-1e-3, 1e-3]) {
        const users = fitted.users.slice();
        users[at] = (users[at] ?? 0) + step;
        expect(objective(likes, { ...fitted, users }, OPTIONS)).toBeGreaterThan(best);
      }
    }
  });

  it('gives one row with a multiplicity what it gives as many equal users', () => {
    const sets = [[0, 2], [1], [0, 1, 3], [2, 3], [1, 4]];
    const times = [3, 1, 7, 2, 5];
    const apart = interactionsOf(
      sets.flatMap((set, i) => Array.from({ length: times[i] ?? 0 }, () => set)),
      6,
    );
    const together = interactionsOf(sets, 6, times);
    for (const countExponent of [PER_COUNT, PLAIN, 0.5]) {
      const options = { ...OPTIONS, countExponent };
      const one = fitPlainAls(apart, options, startingUsers(apart, 4, 3));
      const other = fitPlainAls(together, options, startingUsers(together, 4, 3));
      for (const [i, value] of one.items.entries()) expect(other.items[i]).toBeCloseTo(value, 10);
      let user = 0;
      for (const [row, count] of times.entries()) {
        for (const end = user + count; user < end; user++) {
          for (let k = 0; k < 4; k++)
            expect(other.users[row * 4 + k]).toBeCloseTo(one.users[user * 4 + k] ?? 0, 10);
        }
      }
      expect(objective(together, other, options)).toBeCloseTo(objective(apart, one, options), 8);
    }
  });

  it('is not moved by users and items without an entry', () => {
    const likes = interactionsOf(
      [
        [0, 1],
        [1, 2],
      ],
      3,
    );
    const wider = interactionsOf([[0, 1], [1, 2], []], 5);
    const start = Float64Array.of(...startingUsers(likes, 4, 3), 9, 9, 9, 9);
    const one = fitPlainAls(likes, OPTIONS, start.subarray(0, 8));
    const other = fitPlainAls(wider, OPTIONS, start);
    expect(other.items).toEqual(Float64Array.of(...one.items, ...new Array<number>(8).fill(0)));
    expect(other.users).toEqual(Float64Array.of(...one.users, 0, 0, 0, 0));
  });

  it('counts an entry that stands twice as two', () => {
    const twice = interactionsOf([[0, 0, 1], [1]], 2);
    const options = { ...OPTIONS, factors: 1, iterations: 1 };
    const { items } = fitPlainAls(twice, options, Float64Array.of(1, 1));
    // (2 + 2 * alpha + 2 * lambda) y = 2 (1 + alpha): both users together, and item 0 has two entries.
    expect(items[0]).toBeCloseTo((2 * 11) / (2 + 20 + 0.1), 12);
  });
});

describe('the start', () => {
  it('is a direction for each set of items, the same for equal sets, and none for users without items', () => {
    const likes = interactionsOf([[0, 2], [1], [0, 2], []], 3);
    const rows = startingUsers(likes, 5, 1);
    const [a, b, c, d] = [0, 1, 2, 3].map((user) => [...rows.subarray(user * 5, user * 5 + 5)]);
    expect(a).toEqual(c);
    expect(a).not.toEqual(b);
    expect(d).toEqual([0, 0, 0, 0, 0]);
    expect(Math.hypot(...(a ?? []))).toBeCloseTo(1, 12);
    expect(startingUsers(likes, 5, 2)).not.toEqual(rows);
  });

  it('does not depend on which other users and items there are, where items have names', () => {
    const one = startingUsers(interactionsOf([[0], [1, 2]], 3), 4, 1, ['a', 'b', 'c']);
    const other = startingUsers(interactionsOf([[0, 1]], 2), 4, 1, ['b', 'c']);
    expect([...one.subarray(4)]).toEqual([...other]);
  });
});
