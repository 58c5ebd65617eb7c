import { positiveHash } from '../../../domain/addon-hash.ts';
import type { Kernel } from '../../../domain/kernel.ts';
import { NO_ITEMS, type ScoredItems } from '../scored-items.ts';
import { topScores } from '../top-scores.ts';
import type { CollaborativeIndex } from './collaborative-index.ts';
import { startCollaborative } from './collaborative-kernel.ts';

/** Installed add-ons, none twice, and the rows of each. */
interface LookedUp {
  readonly installed: readonly string[];
  readonly guids: readonly string[];
  readonly rows: readonly (readonly number[])[];
}

/**
 * Recommends what has factors like those of the installed add-ons (spec/taar-serving.md section 5.1). It owns the
 * arrays that a call works in; a call never waits, so no other one can see them.
 */
export class CollaborativeRecommender {
  readonly #index: CollaborativeIndex;
  readonly #loops: ReturnType<typeof startCollaborative>['call'];
  readonly #columns: ReturnType<typeof startCollaborative>['columns'];
  readonly #places: Uint32Array;
  /** The last candidate of each item, plus one. */
  readonly #lastOf: Uint32Array;
  /** Kept since all items of an answer are explained by the same add-ons. */
  #explained: LookedUp | undefined;

  /**
   * @param kernel of `COLLABORATIVE_KERNEL`
   * @param size how many items there are
   */
  constructor(kernel: Kernel, index: CollaborativeIndex, size: number) {
    this.#index = index;
    ({ call: this.#loops, columns: this.#columns } = startCollaborative(kernel, index, size));
    this.#places = new Uint32Array(index.rows.length);
    this.#lastOf = new Uint32Array(size);
    for (const [i, item] of index.items.entries()) this.#lastOf[item] = i + 1;
  }

  /** Add-ons that no model knows count too. */
  canRecommend(installed: readonly string[]): boolean {
    return installed.length > 0;
  }

  /**
   * The best add-ons whose hash is none of the installed ones'. Where no installed one is known, all scores are 0 and
   * the matrix's order decides.
   */
  recommend(installed: readonly string[], limit: number): ScoredItems {
    return limit <= 0 ? NO_ITEMS : this.#best(this.#scorePlaces(installed), limit);
  }

  /** The same add-ons, in no order where all of them are within the limit: for callers that order by other scores. */
  candidates(installed: readonly string[], limit: number): ScoredItems {
    if (limit <= 0) return NO_ITEMS;
    const count = this.#scorePlaces(installed);
    if (count > limit) return this.#best(count, limit);
    const { items, scores } = this.#columns;
    return { items: items.subarray(0, count), scores: scores.subarray(0, count), count, unordered: true };
  }

  /** Scores whatever is not installed, by place; how many places there are. */
  #scorePlaces(installed: readonly string[]): number {
    const { isInstalled } = this.#columns;
    const rows = this.#rowsOf(installed);
    this.#describe(rows);
    this.#loops.scoreAll();
    for (const row of rows) isInstalled[row] = 1;
    const places = this.#loops.placeAll();
    for (const row of rows) isInstalled[row] = 0;
    return places;
  }

  /** The installed add-ons that raised an item's score, the strongest first. */
  becauseOf(installed: readonly string[], item: number): readonly string[] {
    const { guids, rows } = this.#lookedUp(installed);
    const target = this.#rowThatCounts(rows, item);
    if (target === undefined) return [];
    return guids
      .map((guid, i) => ({ guid, share: this.#shareOf(rows[i] ?? [], target) }))
      .filter(({ share }) => share > 0)
      .sort((a, b) => b.share - a.share)
      .map(({ guid }) => guid);
  }

  #lookedUp(installed: readonly string[]): LookedUp {
    if (this.#explained?.installed === installed) return this.#explained;
    const guids = [...new Set(installed)];
    this.#explained = { installed, guids, rows: guids.map((guid) => this.#rowsOf([guid])) };
    return this.#explained;
  }

  /** The rows of the installed add-ons' hashes, ascending, none twice. */
  #rowsOf(installed: readonly string[]): readonly number[] {
    const { hashes, rowStarts, hashRows } = this.#index;
    const rows: number[] = [];
    for (const guid of installed) {
      const at = placeIn(hashes, positiveHash(guid));
      if (at === -1) continue;
      for (let i = rowStarts[at] ?? 0; i < (rowStarts[at + 1] ?? 0); i++) {
        const row = hashRows[i] ?? 0;
        if (!rows.includes(row)) rows.push(row);
      }
    }
    return rows.sort((a, b) => a - b);
  }

  /** The client's vector: the sum of the rows of what is installed. */
  #describe(rows: readonly number[]): void {
    const { features, factors } = this.#index;
    const { user } = this.#columns;
    user.fill(0);
    for (const row of rows) {
      for (let j = 0; j < factors; j++) user[j] = (user[j] ?? 0) + (features[row * factors + j] ?? 0);
    }
  }

  #best(places: number, limit: number): ScoredItems {
    const { scores, items } = this.#columns;
    const count = Math.min(places, limit);
    const order = this.#places;
    for (let place = 0; place < places; place++) order[place] = place;
    topScores(scores, order, places, count);
    const best = new Uint32Array(count);
    for (let i = 0; i < count; i++) best[i] = items[order[i] ?? 0] ?? 0;
    return { items: best, scores: scores.subarray(0, count), count };
  }

  /** The last row of an item that is none of the installed ones'. */
  #rowThatCounts(installed: readonly (readonly number[])[], item: number): number | undefined {
    const { rows, items, isShared } = this.#index;
    for (let i = (this.#lastOf[item] ?? 0) - 1; i >= 0; i--) {
      if (items[i] !== item) continue;
      const row = rows[i] ?? 0;
      if (!installed.some((own) => own.includes(row))) return row;
      if (isShared[i] === 0) return undefined;
    }
    return undefined;
  }

  #shareOf(rows: readonly number[], target: number): number {
    const { features, factors } = this.#index;
    let share = 0;
    for (const row of rows) {
      for (let j = 0; j < factors; j++) {
        share += (features[row * factors + j] ?? 0) * (features[target * factors + j] ?? 0);
      }
    }
    return share;
  }
}

/** Where a number stands in an ascending list; -1 where it does not. */
function placeIn(ascending: Float64Array, wanted: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === wanted ? low : -1;
}
