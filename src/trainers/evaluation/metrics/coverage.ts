import type { RankedLists } from '../ranked-lists.ts';

/** The share of the catalogue that is in anybody's list. */
export function coverage(lists: RankedLists, catalogue: number): number {
  return new Set(lists.flatMap((list) => [...list])).size / catalogue;
}
