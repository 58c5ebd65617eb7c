import { expect, it } from 'vitest';
import { inverseFrequencies } from '../../../src/trainers/numerics/tf-idf.ts';
import { interactionsOf } from './interactions.ts';

it('weighs an item by how few of all rows have it, counting equal rows as often as they stand', () => {
  const weights = inverseFrequencies(interactionsOf([[0, 1], [0]], 3, [1, 4]));
  expect([...weights]).toEqual([Math.log(6 / 6), Math.log(6 / 2), Math.log(6 / 1)]);
});
