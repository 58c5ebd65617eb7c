import { NO_ITEMS, type ScoredItems } from '../scored-items.ts';
import { topScores } from '../top-scores.ts';

/** The recommenders of the ensemble, in the order of its sums. */
export const ENSEMBLE_MEMBERS = ['collaborative', 'similarity', 'locale'] as const;
export type EnsembleMember = (typeof ENSEMBLE_MEMBERS)[number];

/**
 * What each recommender found, asked for the limit plus the number of installed add-ons. One that cannot recommend,
 * or that failed, is left out: the others still count (TAAR answered nothing then).
 */
export type EnsembleInput = Readonly<Partial<Record<EnsembleMember, ScoredItems>>>;

/** Weighs and adds the recommenders' scores (spec/taar-serving.md section 5.5); owns the arrays that a call works in. */
export class Ensemble {
  readonly #sums: Float64Array;
  /** 1 for items that have a sum, 2 for those that are left out. */
  readonly #state: Uint8Array;
  readonly #found: Uint32Array;
  readonly #scores: Float64Array;

  /** @param size how many items there are */
  constructor(size: number) {
    this.#sums = new Float64Array(size);
    this.#state = new Uint8Array(size);
    this.#found = new Uint32Array(size);
    this.#scores = new Float64Array(size);
  }

  /**
   * The items by their weighted sums, without the excluded ones. Nothing at all without weights, or where one that
   * found something has none: half an ensemble ranks differently from the one the weights were found for.
   * @param excluded items; -1 (unknown) is passed over
   */
  combine(
    input: EnsembleInput,
    weights: ReadonlyMap<string, number> | undefined,
    excluded: ArrayLike<number>,
    limit: number,
  ): ScoredItems {
    const isWeighable = ENSEMBLE_MEMBERS.every((name) => !input[name]?.count || weights?.has(name));
    if (weights === undefined || !isWeighable) return NO_ITEMS;
    for (let i = 0; i < excluded.length; i++) this.#mark(excluded[i] ?? -1, 2);
    let count = 0;
    for (const name of ENSEMBLE_MEMBERS)
      count = this.#add(input[name] ?? NO_ITEMS, weights.get(name) ?? 0, count);
    for (let i = 0; i < excluded.length; i++) this.#mark(excluded[i] ?? -1, 0);
    return this.#best(count, limit);
  }

  #add({ items, scores, count }: ScoredItems, weight: number, before: number): number {
    let found = before;
    for (let i = 0; i < count; i++) {
      const item = items[i] ?? 0;
      const state = this.#state[item] ?? 0;
      if (state === 2) continue;
      if (state === 0) this.#found[found++] = item;
      this.#state[item] = 1;
      this.#sums[item] = (this.#sums[item] ?? 0) + (scores[i] ?? 0) * weight;
    }
    return found;
  }

  #best(found: number, limit: number): ScoredItems {
    for (let i = 0; i < found; i++) {
      const item = this.#found[i] ?? 0;
      this.#scores[i] = this.#sums[item] ?? 0;
      this.#sums[item] = 0;
      this.#state[item] = 0;
    }
    const count = Math.max(0, Math.min(found, limit));
    topScores(this.#scores, this.#found, found, count);
    return { items: this.#found.slice(0, count), scores: this.#scores.slice(0, count), count };
  }

  #mark(item: number, state: number): void {
    if (item >= 0) this.#state[item] = state;
  }
}
