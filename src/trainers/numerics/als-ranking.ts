import type { AnyAlsFactors } from './als-cross-validation.ts';
import { discountAt } from './discount.ts';

/** A user's items without one, and that one. */
export interface HiddenItem {
  readonly known: readonly number[];
  readonly item: number;
}

/** Places that count. */
const TOP = 20;

/**
 * The mean NDCG@20 of hidden items: each one's place among what the user does not have, scored as serving does, by the
 * sum of the factors of the items that the user has. NaN where nothing is hidden; an item without factors is a miss.
 */
export function hiddenItemGain(fitted: AnyAlsFactors, hidden: readonly HiddenItem[]): number {
  const { factors, items } = fitted;
  const count = items.length / factors;
  const scores = new Float64Array(count);
  const user = new Float64Array(factors);
  let sum = 0;
  for (const { known, item } of hidden) {
    user.fill(0);
    for (const own of known) {
      for (let k = 0; k < factors; k++) user[k] = (user[k] ?? 0) + (items[own * factors + k] ?? 0);
    }
    scoreAll(fitted, user, scores);
    for (const own of known) scores[own] = Number.NEGATIVE_INFINITY;
    sum += gainAt(placeOf(scores, item), scores[item] ?? 0);
  }
  return sum / hidden.length;
}

function scoreAll({ factors, items }: AnyAlsFactors, user: Float64Array, scores: Float64Array): void {
  for (let row = 0, at = 0; row < scores.length; row++) {
    let score = 0;
    for (let k = 0; k < factors; k++, at++) score += (user[k] ?? 0) * (items[at] ?? 0);
    scores[row] = score;
  }
}

/** How many stand before the item; of equals those with smaller numbers do. */
function placeOf(scores: Float64Array, item: number): number {
  const own = scores[item] ?? 0;
  let place = 0;
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row] ?? 0;
    if (score > own || (score === own && row < item)) place++;
  }
  return place;
}

/** A score of exactly 0 says that nothing is known of the user or the item. */
function gainAt(place: number, score: number): number {
  return place < TOP && score !== 0 ? 1 / discountAt(place) : 0;
}
