import { describe, expect, it } from 'vitest';
import type { Interactions } from '../../../src/trainers/numerics/interactions.ts';
import {
  fitByItems,
  fitLinear,
  type LinearModel,
  type LinearParameters,
  UserSide,
} from '../../../src/trainers/numerics/linear.ts';
import { denseRows, ownItems, randomInteractions, unfolded } from './random-interactions.ts';

/** The inverse by elimination, of plain rows. */
function inverseOf(rows: readonly (readonly number[])[]): number[][] {
  const size = rows.length;
  const work = rows.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let k = 0; k < size; k++) {
    const pivot = work[k] as number[];
    const scale = pivot[k] ?? 0;
    for (let j = 0; j < 2 * size; j++) pivot[j] = (pivot[j] ?? 0) / scale;
    for (const [i, row] of work.entries()) {
      const factor = row[k] ?? 0;
      if (i !== k) for (let j = 0; j < 2 * size; j++) row[j] = (row[j] ?? 0) - factor * (pivot[j] ?? 0);
    }
  }
  return work.map((row) => row.slice(size));
}

/** What the definition says, slowly. */
function plainWeights(interactions: Interactions, { lambda, dropout = 0 }: LinearParameters): number[][] {
  const rows = denseRows(unfolded(interactions));
  const gram = Array.from({ length: interactions.items }, (_, i) =>
    Array.from({ length: interactions.items }, (_, j) =>
      rows.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0),
    ),
  );
  const inverse = inverseOf(
    gram.map((row, i) =>
      row.map((value, j) => (i === j ? value + lambda + (dropout / (1 - dropout)) * value : value)),
    ),
  );
  return inverse.map((row, i) => row.map((value, j) => (i === j ? 0 : -value / (inverse[j]?.[j] ?? 0))));
}

function plainScores(weights: readonly (readonly number[])[], own: Uint32Array): number[] {
  return weights.map((_, j) => own.reduce((sum, i) => sum + (weights[i]?.[j] ?? 0), 0));
}

function expectScores(model: LinearModel, own: Uint32Array, expected: readonly number[]): void {
  const scores = new Float64Array(model.items);
  model.score(own, scores);
  for (const [j, score] of expected.entries()) expect(scores[j]).toBeCloseTo(score, 5);
}

function fitByUsers(interactions: Interactions, parameters: LinearParameters): UserSide {
  return new UserSide(interactions, parameters);
}

const CASES = [
  { users: 30, items: 45, density: 0.2 },
  { users: 90, items: 20, density: 0.2, seed: 2 },
  { users: 25, items: 40, density: 0.15, seed: 3, multiplicities: true },
];

describe('linear weights', () => {
  for (const [side, train] of [
    ['items', fitByItems],
    ['users', fitByUsers],
  ] as const) {
    it.each(
      CASES.flatMap((shape) => [
        { ...shape, lambda: 3, dropout: 0 },
        { ...shape, lambda: 20, dropout: 0.4 },
      ]),
    )(`made of ${side} score as the definition does: %o`, ({ lambda, dropout, ...shape }) => {
      const interactions = randomInteractions(shape);
      const weights = plainWeights(interactions, { lambda, dropout });
      const model = train(interactions, { lambda, dropout });
      for (let user = 0; user < shape.users; user += 5) {
        const own = ownItems(interactions, user);
        expectScores(model, own, plainScores(weights, own));
      }
      // Someone who was not there in training.
      expectScores(model, Uint32Array.of(1, 4, 9), plainScores(weights, Uint32Array.of(1, 4, 9)));
    });
  }

  it('are made of whichever are fewer', () => {
    expect(fitLinear(randomInteractions({ users: 5, items: 9, density: 0.5 }), { lambda: 1 })).toBeInstanceOf(
      UserSide,
    );
    expect(
      fitLinear(randomInteractions({ users: 9, items: 5, density: 0.5 }), { lambda: 1 }),
    ).not.toBeInstanceOf(UserSide);
  });

  it('do not let an item speak for itself', () => {
    const { weights, items } = fitByItems(randomInteractions({ users: 30, items: 12, density: 0.3 }), {
      lambda: 2,
    });
    for (let i = 0; i < items; i++) expect(weights[i * items + i]).toBe(0);
  });

  it.each([fitByItems, fitByUsers])(
    'refuse to be made without a penalty where items are the same (%#)',
    (train) => {
      const twice = {
        users: 3,
        items: 3,
        starts: Uint32Array.of(0, 2, 4, 6),
        itemOf: Uint32Array.of(0, 1, 0, 1, 0, 1),
      };
      expect(() => train(twice, { lambda: 0 })).toThrow(
        expect.objectContaining({ code: 'matrix-not-positive-definite' }),
      );
    },
  );
});
