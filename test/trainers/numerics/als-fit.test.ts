import { afterAll, describe, expect, it } from 'vitest';
import { fitPlainAls, objective } from '../../../src/trainers/numerics/als.ts';
import { alsCrew, fitAls } from '../../../src/trainers/numerics/als-fit.ts';
import { type AlsOptions, PER_COUNT, PLAIN } from '../../../src/trainers/numerics/als-options.ts';
import { startingUsers } from '../../../src/trainers/numerics/als-start.ts';
import type { Interactions } from '../../../src/trainers/numerics/interactions.ts';
import { interactionsOf, tastes } from './interactions.ts';

const OPTIONS: AlsOptions = {
  factors: 15,
  lambda: 0.05,
  alpha: 10,
  iterations: 5,
  seed: 3,
  countExponent: PER_COUNT,
};

/** More users have the first item than rows are gathered at once; many have no more. */
function manyUsers(): Interactions {
  return interactionsOf(
    Array.from({ length: 9000 }, (_, user) => (user % 3 === 0 ? [0, 1 + (user % 7)] : [0])),
    9,
  );
}

function farthest(one: ArrayLike<number>, other: ArrayLike<number>): number {
  expect(one.length).toBe(other.length);
  return Array.from(one).reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (other[i] ?? Number.NaN))),
    0,
  );
}

describe('the fast fit', () => {
  it.each([1, 4, 8, 15, 32, 41])('solves %i factors by Cholesky as the plain one does', (factors) => {
    const likes = tastes(300, 80);
    for (const countExponent of [PER_COUNT, PLAIN, 0.5]) {
      const options = { ...OPTIONS, factors, countExponent, countOffset: 0.01 };
      const plain = fitPlainAls(likes, options, startingUsers(likes, factors, 3));
      const fast = fitAls(likes, { ...options, solver: 'cholesky' });
      expect(farthest(fast.items, plain.items)).toBeLessThan(1e-4);
      expect(farthest(fast.users, plain.users)).toBeLessThan(1e-4);
    }
  });

  it('keeps its precision where a row has thousands of entries', () => {
    const likes = manyUsers();
    const plain = fitPlainAls(likes, OPTIONS, startingUsers(likes, 15, 3));
    const fast = fitAls(likes, { ...OPTIONS, solver: 'cholesky' });
    // More factors than items: some directions are hardly determined.
    expect(farthest(fast.items, plain.items)).toBeLessThan(1e-3);
    const longer = { ...OPTIONS, iterations: 30 };
    const exact = objective(likes, fitAls(likes, { ...longer, solver: 'cholesky' }), longer);
    const byGradient = objective(likes, fitAls(likes, { ...longer, solver: 'gradient' }), longer);
    expect(byGradient / exact).toBeCloseTo(1, 1);
  });

  it('counts a row with a multiplicity as so many users', () => {
    const likes = tastes(200, 30);
    const multiplicity = Float64Array.from({ length: 200 }, (_, user) => 1 + (user % 5));
    const weighted = { ...likes, multiplicity };
    const options = { ...OPTIONS, iterations: 40 };
    const plain = fitPlainAls(weighted, options, startingUsers(weighted, 15, 3));
    const fast = fitAls(weighted, { ...options, solver: 'cholesky' });
    const byGradient = fitAls(weighted, { ...options, solver: 'gradient' });
    const exact = objective(weighted, plain, options);
    expect(objective(weighted, fast, options) / exact).toBeCloseTo(1, 4);
    expect(objective(weighted, byGradient, options) / exact).toBeCloseTo(1, 1);
    expect(farthest(fast.items, plain.items)).toBeLessThan(1e-3);
  });

  it('makes its objective smaller by conjugate gradient too, and comes about as far as by Cholesky', () => {
    const likes = tastes(400, 60);
    const values = [1, 2, 4, 8, 16, 32].map((iterations) =>
      objective(likes, fitAls(likes, { ...OPTIONS, iterations, solver: 'gradient' }), OPTIONS),
    );
    for (const [i, value] of values.slice(1).entries()) expect(value).toBeLessThan(values[i] ?? 0);
    const exact = objective(
      likes,
      fitAls(likes, { ...OPTIONS, iterations: 32, solver: 'cholesky' }),
      OPTIONS,
    );
    expect((values.at(-1) ?? 0) / exact).toBeCloseTo(1, 1);
  });

  it('leaves rows without an entry at 0', () => {
    const likes = interactionsOf([[0, 1], [], [1, 3]], 5);
    for (const solver of ['cholesky', 'gradient'] as const) {
      const { users, items } = fitAls(likes, { ...OPTIONS, solver });
      expect([...users.subarray(15, 30)]).toEqual(new Array(15).fill(0));
      expect([...items.subarray(30, 45), ...items.subarray(60)]).toEqual(new Array(30).fill(0));
      expect(users.every(Number.isFinite) && items.every(Number.isFinite)).toBe(true);
    }
  });

  it('tells after each iteration how many are done', () => {
    const told: number[] = [];
    fitAls(tastes(20, 9), { ...OPTIONS, solver: 'gradient' }, { onIteration: (done) => told.push(done) });
    expect(told).toEqual([1, 2, 3, 4, 5]);
  });

  it('refuses an alpha or a lambda of 0, for which rows have no one solution', () => {
    const likes = tastes(20, 9);
    expect(() => fitAls(likes, { ...OPTIONS, alpha: 0, solver: 'gradient' })).toThrow(RangeError);
    expect(() => fitAls(likes, { ...OPTIONS, lambda: 0, solver: 'cholesky' })).toThrow(RangeError);
  });
});

describe('a crew', () => {
  const crews = [2, 3].map((threads) => alsCrew(threads));
  afterAll(() => Promise.all(crews.map((crew) => crew.stop())));

  it.each(['cholesky', 'gradient'] as const)(
    'fits the same bytes by %s on any number of threads',
    (solver) => {
      for (const likes of [tastes(700, 50), manyUsers()]) {
        const alone = fitAls(likes, { ...OPTIONS, solver });
        for (const crew of crews) expect(fitAls(likes, { ...OPTIONS, solver }, { crew })).toEqual(alone);
      }
    },
  );

  it('says that a thread failed, and works on', () => {
    const likes = tastes(40, 9);
    for (const crew of crews) {
      const before = fitAls(likes, { ...OPTIONS, solver: 'gradient' }, { crew });
      // Rows far outside the memory.
      const beyond = { call: 'solveByGradient', argument: 0, starts: [2 ** 29, 2 ** 29 + 1, 2 ** 29 + 2] };
      expect(() => crew.do(beyond)).toThrow(expect.objectContaining({ code: 'training-failed' }));
      expect(fitAls(likes, { ...OPTIONS, solver: 'gradient' }, { crew })).toEqual(before);
    }
  });
});
