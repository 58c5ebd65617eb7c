import type { Interactions } from './interactions.ts';

/** How many users have each item; rows that stand for several users count as often. */
export function itemCountsOf({ users, items, starts, itemOf, multiplicity }: Interactions): Float64Array {
  const counts = new Float64Array(items);
  for (let user = 0; user < users; user++) {
    const times = multiplicity === undefined ? 1 : (multiplicity[user] ?? 0);
    for (let at = starts[user] ?? 0; at < (starts[user + 1] ?? 0); at++) {
      const item = itemOf[at] ?? 0;
      counts[item] = (counts[item] ?? 0) + times;
    }
  }
  return counts;
}
