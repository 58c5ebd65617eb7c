import { compareCodePoints } from '../../domain/text-order.ts';
import type { Interactions } from '../numerics/interactions.ts';
import type { Pairs } from './split.ts';

/** What models are trained on, and who is asked what about them. */
export interface RankingTask {
  /** Items with an interaction, by code point: only those can be recommended. */
  readonly itemIds: readonly string[];
  /** Users of the interactions' rows, by code point. */
  readonly userIds: readonly string[];
  readonly interactions: Interactions;
  /** The rows of the users who have something held out, ascending. */
  readonly asked: Uint32Array;
  /** What was held out: the known items of `asked[a]`, and how many there are with the unknown ones. */
  readonly heldOut: readonly Uint32Array[];
  readonly wanted: Uint32Array;
}

/**
 * Gives numbers to users and items.
 *
 * @param known what models are trained on; no pair twice
 * @param asked what they are to find: users and items may be unknown
 */
export function rankingTask(known: readonly Pairs[], asked: Pairs): RankingTask {
  const itemIds = distinct(known.flatMap(({ items }) => items));
  const userIds = distinct([...known.flatMap(({ users }) => users), ...asked.users]);
  const itemOf = numbersOf(itemIds);
  const rowOf = numbersOf(userIds);
  const own: number[][] = userIds.map(() => []);
  for (const { users, items } of known) {
    for (const [i, user] of users.entries())
      own[rowOf.get(user) ?? -1]?.push(itemOf.get(items[i] ?? '') ?? 0);
  }
  const rows = distinct(asked.users).map((user) => rowOf.get(user) ?? 0);
  const placeOf = new Map(rows.map((row, place) => [row, place]));
  const heldOut: number[][] = rows.map(() => []);
  const wanted = new Uint32Array(rows.length);
  for (const [i, user] of asked.users.entries()) {
    const place = placeOf.get(rowOf.get(user) ?? -1) ?? -1;
    const item = itemOf.get(asked.items[i] ?? '');
    if (item !== undefined) heldOut[place]?.push(item);
    wanted[place] = (wanted[place] ?? 0) + 1;
  }
  return {
    itemIds,
    userIds,
    interactions: interactionsOf(own, itemIds.length),
    asked: Uint32Array.from(rows),
    heldOut: heldOut.map((items) => Uint32Array.from(items)),
    wanted,
  };
}

/** The items of a row. */
export function itemsOf({ starts, itemOf }: Interactions, row: number): Uint32Array {
  return itemOf.subarray(starts[row], starts[row + 1]);
}

function interactionsOf(lists: readonly number[][], items: number): Interactions {
  const starts = new Uint32Array(lists.length + 1);
  for (const [row, list] of lists.entries()) {
    list.sort((a, b) => a - b);
    starts[row + 1] = (starts[row] ?? 0) + list.length;
  }
  return { users: lists.length, items, starts, itemOf: Uint32Array.from(lists.flat()) };
}

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort(compareCodePoints);
}

function numbersOf(ids: readonly string[]): Map<string, number> {
  return new Map(ids.map((id, number) => [id, number]));
}
