import type { Step } from '../../flow/component.ts';
import { firstEntries } from '../../flow/item-table.ts';
import { orderByScore } from '../../flow/order.ts';
import type { CandidatePool, EntryList } from '../../flow/pool.ts';
import type { Asker } from './asker.ts';
import { ENSEMBLE_MEMBERS } from './members.ts';

const NOTHING: EntryList = new Int32Array(0);

/**
 * Adds the weighted scores of each item and orders by the sums, equal ones by guid (spec/taar-serving.md section 5.5).
 * Nothing where there are no weights, or none for a source that gave something: half an ensemble ranks differently
 * from the one that the weights were found for.
 */
export const ENSEMBLE_STEP: Step<Asker> = {
  name: 'ensemble',
  onFailure: 'empty',
  apply({ state: { models, limit } }, pool, list) {
    // By the number of the source; NaN where it has no weight.
    const weights = ENSEMBLE_MEMBERS.map((name) => models.weights?.get(name) ?? Number.NaN);
    return sumUp(pool, list, Float64Array.from(weights)).subarray(0, limit);
  },
};

/** One entry for each item, the others merged into it. */
function sumUp(pool: CandidatePool, list: EntryList, weights: Float64Array): EntryList {
  const { source, sourceScore, score, item } = pool;
  const first = firstEntries(pool, list);
  const kept = new Int32Array(list.length);
  let count = 0;
  for (let i = 0; i < list.length; i++) {
    const entry = list[i] ?? 0;
    const weight = weights[source[entry] ?? 0] ?? Number.NaN;
    if (Number.isNaN(weight)) return NOTHING;
    const part = weight * (sourceScore[entry] ?? 0);
    const into = first.firstOf(entry);
    if (into === entry) {
      kept[count++] = entry;
      // A sum that begins at 0, as the original's: it turns -0 into 0.
      score[entry] = 0 + part;
    } else {
      score[into] = (score[into] ?? 0) + part;
      pool.merge(into, entry);
    }
  }
  return orderByScore(kept.subarray(0, count), score, item);
}
