import { discountAt } from '../../numerics/discount.ts';
import { LIST_LENGTH } from '../ranked-lists.ts';

/**
 * Discounted gain of a list held against the best list there could be: a hit at place r counts 1 / log2(r + 1), the
 * first place being 1.
 *
 * @param hits 1 for each place of the list that was held out
 * @param wanted how many items were held out: at least one
 */
export function ndcg(hits: Uint8Array, wanted: number): number {
  let gain = 0;
  for (const [place, hit] of hits.entries()) if (hit === 1) gain += 1 / discountAt(place);
  let ideal = 0;
  for (let place = 0; place < Math.min(LIST_LENGTH, wanted); place++) ideal += 1 / discountAt(place);
  return gain / ideal;
}
