import type { Interactions } from './interactions.ts';

/** Who has an item, for each item: rows become items. The users are ascending; multiplicities are not kept. */
export function transposed({ users, items, starts, itemOf }: Interactions): Interactions {
  const itemStarts = new Uint32Array(items + 1);
  for (const item of itemOf) itemStarts[item + 1] = (itemStarts[item + 1] ?? 0) + 1;
  for (let i = 0; i < items; i++) itemStarts[i + 1] = (itemStarts[i + 1] ?? 0) + (itemStarts[i] ?? 0);
  const next = itemStarts.slice();
  const userOf = new Uint32Array(itemOf.length);
  for (let user = 0; user < users; user++) {
    for (let at = starts[user] ?? 0; at < (starts[user + 1] ?? 0); at++) {
      const item = itemOf[at] ?? 0;
      const place = next[item] ?? 0;
      userOf[place] = user;
      next[item] = place + 1;
    }
  }
  return { users: items, items: users, starts: itemStarts, itemOf: userOf };
}
