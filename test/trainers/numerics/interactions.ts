import { uniformsOf } from '../../../src/domain/random.ts';
import type { Interactions } from '../../../src/trainers/numerics/interactions.ts';

/** Rows of item numbers as interactions. */
export function interactionsOf(
  rows: readonly (readonly number[])[],
  items: number,
  multiplicity?: readonly number[],
): Interactions {
  const starts = Uint32Array.from({ length: rows.length + 1 }, () => 0);
  for (const [user, row] of rows.entries()) starts[user + 1] = (starts[user] ?? 0) + row.length;
  return {
    users: rows.length,
    items,
    starts,
    itemOf: Uint32Array.from(rows.flat()),
    ...(multiplicity === undefined ? {} : { multiplicity: Float64Array.from(multiplicity) }),
  };
}

/** Users who each like items of one of three kinds; the last item and the last user have no entry. */
export function tastes(users: number, items: number): Interactions {
  const rows = Array.from({ length: users }, (_, user) => {
    if (user === users - 1) return [];
    const draw = uniformsOf(7, 'tastes', user);
    const kind = Math.floor(draw(0) * 3);
    const own = new Set<number>();
    const size = 1 + Math.floor(draw(1) * Math.min(12, items / 3));
    for (let i = 2; i < 2 + 3 * size; i++) {
      const item = Math.floor(draw(i) ** 2 * (items - 1));
      if (item % 3 === kind || draw(1000 + i) < 0.2) own.add(item);
    }
    if (own.size === 0) own.add(kind);
    return [...own].sort((a, b) => a - b);
  });
  return interactionsOf(rows, items);
}
