import { describe, expect, it } from 'vitest';
import { GramRows, gramOf } from '../../../src/trainers/numerics/gram.ts';
import { denseRows, randomInteractions, unfolded } from './random-interactions.ts';

const CASES = [
  { users: 40, items: 150, density: 0.2 },
  { users: 200, items: 30, density: 0.1, seed: 2 },
  { users: 60, items: 140, density: 0.1, seed: 3, multiplicities: true },
];

describe('the Gram matrix', () => {
  it.each(CASES)('counts who has both, as the plain product does: %o', (shape) => {
    const interactions = randomInteractions(shape);
    const rows = denseRows(unfolded(interactions));
    const gram = gramOf(interactions);
    for (let i = 0; i < shape.items; i++) {
      for (let j = 0; j < shape.items; j++) {
        const both = rows.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0);
        if (gram.get(i, j) !== both) expect.fail(`cell ${i}, ${j} is ${gram.get(i, j)}, not ${both}`);
      }
    }
  });

  it('gives whole rows one by one', () => {
    const interactions = randomInteractions({ users: 50, items: 20, density: 0.3, multiplicities: true });
    const gram = gramOf(interactions);
    const rows = new GramRows(interactions);
    const row = new Float64Array(20).fill(9);
    for (let i = 0; i < 20; i++) {
      rows.row(i, row);
      expect([...row]).toEqual(Array.from({ length: 20 }, (_, j) => gram.get(i, j)));
    }
  });
});
