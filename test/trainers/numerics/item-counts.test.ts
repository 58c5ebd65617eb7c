import { expect, it } from 'vitest';
import { itemCountsOf } from '../../../src/trainers/numerics/item-counts.ts';
import { denseRows, randomInteractions, unfolded } from './random-interactions.ts';

it.each([false, true])(
  'counts the users of each item, rows as often as they stand for (%s)',
  (multiplicities) => {
    const interactions = randomInteractions({ users: 60, items: 25, density: 0.2, multiplicities });
    const rows = denseRows(unfolded(interactions));
    const expected = Array.from({ length: 25 }, (_, item) =>
      rows.reduce((sum, row) => sum + (row[item] ?? 0), 0),
    );
    expect([...itemCountsOf(interactions)]).toEqual(expected);
  },
);
