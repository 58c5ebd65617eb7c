import { describe, expect, it } from 'vitest';
import { fitNeighbours } from '../../../src/trainers/numerics/item-knn.ts';
import { denseRows, interactionsOf, ownItems, randomInteractions, unfolded } from './random-interactions.ts';

describe('fitNeighbours', () => {
  it.each([
    { users: 60, items: 25, density: 0.2, neighbours: 5, shrink: 0 },
    { users: 60, items: 25, density: 0.2, neighbours: 40, shrink: 10 },
    { users: 30, items: 18, density: 0.25, neighbours: 4, shrink: 3, multiplicities: true },
  ])('scores as the definition does: %o', ({ neighbours, shrink, ...shape }) => {
    const interactions = randomInteractions(shape);
    const rows = denseRows(unfolded(interactions));
    const both = (i: number, j: number) => rows.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0);
    const all = Array.from({ length: shape.items }, (_, item) => item);
    const similarity = (i: number, j: number) => both(i, j) / (Math.sqrt(both(i, i) * both(j, j)) + shrink);
    const nearest = all.map((target) =>
      all
        .filter((item) => item !== target && both(item, target) > 0)
        .map((item) => ({ item, value: similarity(item, target) }))
        .sort((a, b) => b.value - a.value || a.item - b.item)
        .slice(0, neighbours),
    );
    const model = fitNeighbours(interactions, { neighbours, shrink });
    const scores = new Float64Array(shape.items);
    for (let user = 0; user < shape.users; user += 7) {
      const own = ownItems(interactions, user);
      model.score(own, scores);
      for (const target of all) {
        const expected = nearest[target]?.reduce(
          (sum, { item, value }) => sum + (own.includes(item) ? value : 0),
          0,
        );
        expect(scores[target]).toBeCloseTo(expected ?? 0, 10);
      }
    }
  });

  it('makes nothing of items that nobody has', () => {
    const model = fitNeighbours(
      interactionsOf(
        [
          [0, 1],
          [0, 1],
        ],
        3,
      ),
      { neighbours: 2, shrink: 0 },
    );
    const scores = new Float64Array(3);
    model.score(Uint32Array.of(0), scores);
    expect([...scores]).toEqual([0, expect.closeTo(1), 0]);
  });
});
