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
    const { weights } = models;
    if (weights === undefined || list.some((entry) => !weights.has(memberOf(pool, entry)))) return NOTHING;
    const bySource = ENSEMBLE_MEMBERS.map((name) => weights.get(name) ?? 0);
    return sumUp(pool, list, bySource).subarray(0, limit);
  },
};

/** One entry for each item, the others merged into it. */
function sumUp(pool: CandidatePool, list: EntryList, weights: readonly number[]): EntryList {
  const first = firstEntries(pool, list);
  const kept = new Int32Array(list.length);
  let count = 0;
  for (let i = 0; i < list.length; i++) {
    const entry = list[i] ?? 0;
    const part = (weights[pool.source[entry] ?? 0] ?? 0) * (pool.sourceScore[entry] ?? 0);
    const into = first.firstOf(entry);
    if (into === entry) {
      kept[count++] = entry;
      // A sum that begins at 0, as the original's: it turns -0 into 0.
      pool.score[entry] = 0 + part;
    } else {
      pool.score[into] = (pool.score[into] ?? 0) + part;
      pool.merge(into, entry);
    }
  }
  return orderByScore(kept.subarray(0, count), pool.score, pool.item);
}

function memberOf(pool: CandidatePool, entry: number): string {
  return ENSEMBLE_MEMBERS[pool.source[entry] ?? 0] ?? '';
}
