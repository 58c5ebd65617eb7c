import { describe, expect, it } from 'vitest';
import { uniformsOf } from '../../../../src/domain/random.ts';
import {
  collaborativeModel,
  type Factors,
} from '../../../../src/trainers/evaluation/models/collaborative.ts';
import { POPULARITY } from '../../../../src/trainers/evaluation/models/popularity.ts';
import { evaluate } from '../../../../src/trainers/evaluation/protocol.ts';
import { itemsOf } from '../../../../src/trainers/evaluation/ranking-task.ts';
import type { Interactions } from '../../../../src/trainers/numerics/interactions.ts';
import { tastes } from '../splits.ts';

const CONTEXT = { seed: 1, tried: () => {}, cpuSeconds: () => 0 };
const STEPS = 100;
const RATE = 0.05;

/** Factors by plain gradient descent on all cells: slow, and enough for a few people. */
function descend(interactions: Interactions, factors: number, lambda: number, seed: number): Factors {
  const { users, items } = interactions;
  const start = (count: number, purpose: string) =>
    Float64Array.from({ length: count * factors }, (_, i) => uniformsOf(seed, purpose, i)(0) * 0.2);
  const [ofUsers, ofItems] = [start(users, 'test.users'), start(items, 'test.items')];
  for (let step = 0; step < STEPS; step++) {
    for (let user = 0; user < users; user++) {
      const own = new Set(itemsOf(interactions, user));
      for (let item = 0; item < items; item++) {
        let error = own.has(item) ? 1 : 0;
        for (let k = 0; k < factors; k++)
          error -= (ofUsers[user * factors + k] ?? 0) * (ofItems[item * factors + k] ?? 0);
        for (let k = 0; k < factors; k++) {
          const [u, i] = [user * factors + k, item * factors + k];
          const [x, y] = [ofUsers[u] ?? 0, ofItems[i] ?? 0];
          ofUsers[u] = x + RATE * (error * y - lambda * x);
          ofItems[i] = y + RATE * (error * x - lambda * y);
        }
      }
    }
  }
  return { users: ofUsers, items: ofItems };
}

describe('a collaborative model', () => {
  it('ranks by the products of factors, by whatever fits them', () => {
    const model = collaborativeModel(
      ({ users, items }) => ({
        users: Float32Array.from({ length: users * 2 }, (_, i) => (i % 2 === 0 ? 1 : 10)),
        items: Float64Array.from({ length: items * 2 }, (_, i) => (i % 2 === 0 ? i / 2 : -i)),
      }),
      { grid: [{ factors: 2, lambda: 1, alpha: 1 }] },
    );
    const split = tastes(10);
    const { lists } = evaluate(model, split, CONTEXT);
    // Item i scores i - 10 * (2 i + 1): the first ones are the best.
    for (const list of lists) expect([...list]).toEqual([...list].sort((a, b) => a - b));
  });

  it('finds the tastes of people, with the parameters that do it', () => {
    const split = tastes(45);
    const model = collaborativeModel(
      (interactions, { factors, lambda }, seed) => descend(interactions, factors, lambda, seed),
      {
        grid: [
          { factors: 3, lambda: 30, alpha: 1 },
          { factors: 3, lambda: 0.02, alpha: 1 },
        ],
      },
    );
    const { choice, judgement } = evaluate(model, split, CONTEXT);
    expect(choice.parameters.lambda).toBe(0.02);
    expect(judgement.ndcg.mean).toBeGreaterThan(
      evaluate(POPULARITY, split, CONTEXT).judgement.ndcg.mean * 1.3,
    );
  });
});
