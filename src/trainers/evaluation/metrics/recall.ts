/** The share of what was held out that is in the list. @param hits 1 for each place of the list that was held out */
export function recall(hits: Uint8Array, wanted: number): number {
  return hits.reduce((sum, hit) => sum + hit, 0) / wanted;
}
