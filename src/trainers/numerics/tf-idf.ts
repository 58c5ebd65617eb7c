import type { Interactions } from './interactions.ts';
import { itemCountsOf } from './item-counts.ts';

/**
 * How much an item says about who has it: ln((m + 1) / (d + 1)) for m rows, d of which have it. Since no row has an item
 * twice, a row's vector has this number for each of its items, and 0 elsewhere.
 */
export function inverseFrequencies(rows: Interactions): Float64Array {
  const { users, multiplicity } = rows;
  const all = multiplicity === undefined ? users : multiplicity.reduce((sum, times) => sum + times, 0);
  return itemCountsOf(rows).map((count) => Math.log((all + 1) / (count + 1)));
}
