import type { Step } from '../../flow/component.ts';
import { FirstEntries } from '../../flow/item-table.ts';
import { ScoreOrder } from '../../flow/order.ts';
import type { CandidatePool, EntryList } from '../../flow/pool.ts';
import { ReusedInts } from '../../flow/reused.ts';
import type { Asker } from './asker.ts';
import { ENSEMBLE_MEMBERS } from './members.ts';

const NOTHING: EntryList = new Int32Array(0);

/**
 * Adds the weighted scores of each item and orders by the sums, equal ones by guid (spec/taar-serving.md section 5.5).
 * Nothing where there are no weights, or none for a source that gave something: half an ensemble ranks differently
 * from the one that the weights were found for.
 */
export function ensembleStep(): Step<Asker> {
  const sums = new WeightedSums();
  return {
    name: 'ensemble',
    onFailure: 'empty',
    apply({ state: { models, limit } }, pool, list) {
      // By the number of the source; NaN where it has no weight.
      const weights = ENSEMBLE_MEMBERS.map((name) => models.weights?.get(name) ?? Number.NaN);
      return sums.of(pool, list, weights).subarray(0, limit);
    },
  };
}

/** Sums by item. It owns the memory that it works in; a call never waits, so no other one can see it. */
class WeightedSums {
  readonly #first = new FirstEntries();
  readonly #kept = new ReusedInts();
  readonly #order = new ScoreOrder();

  /** One entry for each item, the others merged into it, by their sums. */
  of(pool: CandidatePool, list: EntryList, weights: readonly number[]): EntryList {
    const { source, sourceScore, score, item } = pool;
    const first = this.#first.begin(pool, list);
    const kept = this.#kept.of(list.length);
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
    return this.#order.order(kept.subarray(0, count), score, item);
  }
}
