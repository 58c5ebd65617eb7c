/** By what a hit is divided for its place in a list, from 0: log2 of the place from 2 on, as NDCG has it. */
export function discountAt(place: number): number {
  return Math.log2(place + 2);
}
