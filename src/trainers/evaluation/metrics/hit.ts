/** 1 where anything in the list was held out. @param hits 1 for each place of the list that was held out */
export function hit(hits: Uint8Array): number {
  return hits.includes(1) ? 1 : 0;
}
