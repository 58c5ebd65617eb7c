import { uniformsOf } from '../../../src/domain/random.ts';
import type { Interactions } from '../../../src/trainers/numerics/interactions.ts';

export interface Shape {
  readonly users: number;
  readonly items: number;
  /** The share of the cells that are 1. */
  readonly density: number;
  readonly seed?: number;
  readonly multiplicities?: boolean;
}

/** Interactions made of a seed; users without any item may be among them. */
export function randomInteractions({
  users,
  items,
  density,
  seed = 1,
  multiplicities = false,
}: Shape): Interactions {
  const lists = Array.from({ length: users }, (_, user) => {
    const draw = uniformsOf(seed, 'test.interactions', user);
    return Array.from({ length: items }, (_, item) => item).filter((item) => draw(item) < density);
  });
  const times = uniformsOf(seed, 'test.multiplicity', 0);
  return {
    ...interactionsOf(lists, items),
    multiplicity: multiplicities
      ? Float64Array.from({ length: users }, (_, u) => 1 + Math.floor(4 * times(u)))
      : undefined,
  };
}

export function interactionsOf(lists: readonly (readonly number[])[], items: number): Interactions {
  const starts = new Uint32Array(lists.length + 1);
  for (const [user, list] of lists.entries()) starts[user + 1] = (starts[user] ?? 0) + list.length;
  return { users: lists.length, items, starts, itemOf: Uint32Array.from(lists.flat()) };
}

export function ownItems({ starts, itemOf }: Interactions, user: number): Uint32Array {
  return itemOf.subarray(starts[user], starts[user + 1]);
}

/** X as rows of zeros and ones. */
export function denseRows(interactions: Interactions): number[][] {
  return Array.from({ length: interactions.users }, (_, user) => {
    const row = new Array<number>(interactions.items).fill(0);
    for (const item of ownItems(interactions, user)) row[item] = 1;
    return row;
  });
}

/** Every row as often as it counts, each on its own. */
export function unfolded(interactions: Interactions): Interactions {
  const lists = Array.from({ length: interactions.users }, (_, user) => {
    const own = [...ownItems(interactions, user)];
    return Array.from({ length: interactions.multiplicity?.[user] ?? 1 }, () => own);
  });
  return interactionsOf(lists.flat(), interactions.items);
}
