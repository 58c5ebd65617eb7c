import type { Interactions } from './interactions.ts';

/**
 * How much an item says about who has it: ln((m + 1) / (d + 1)) for m rows, d of which have it. Since no row has an item
 * twice, a row's vector has this number for each of its items, and 0 elsewhere.
 */
export function inverseFrequencies(rows: Interactions): Float64Array {
  const having = new Float64Array(rows.items);
  let all = 0;
  for (let row = 0; row < rows.users; row++) {
    const times = rows.multiplicity?.[row] ?? 1;
    all += times;
    for (let i = rows.starts[row] ?? 0; i < (rows.starts[row + 1] ?? 0); i++) {
      const item = rows.itemOf[i] ?? 0;
      having[item] = (having[item] ?? 0) + times;
    }
  }
  return having.map((count) => Math.log((all + 1) / (count + 1)));
}
