import { NO_ITEMS, type ScoredItems } from '../scored-items.ts';
import { topScores } from '../top-scores.ts';
import { positiveHash } from './addon-hash.ts';
import type { CollaborativeIndex } from './collaborative-index.ts';

/** Rows that are summed side by side: one sum alone waits for each addition before the next. */
const ROWS_AT_ONCE = 4;

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
  /** 1 for rows of what is installed, during a call. */
  readonly #isInstalled: Uint8Array;
  readonly #user: Float64Array;
  /** Candidates that count, then their scores by place. */
  readonly #candidates: Uint32Array;
  readonly #scores: Float64Array;
  readonly #places: Uint32Array;
  readonly #items: Uint32Array;
  /** The place of an item that several rows stand for, plus one. */
  readonly #placeOf: Uint32Array;
  /** The last candidate of each item, plus one. */
  readonly #lastOf: Uint32Array;
  /** Kept since all items of an answer are explained by the same add-ons. */
  #explained: LookedUp | undefined;

  /** @param size how many items there are */
  constructor(index: CollaborativeIndex, size: number) {
    this.#index = index;
    const { rows, factors, hashRows } = index;
    this.#isInstalled = new Uint8Array(hashRows.length);
    this.#user = new Float64Array(factors);
    this.#candidates = new Uint32Array(rows.length);
    this.#scores = new Float64Array(rows.length + ROWS_AT_ONCE);
    this.#places = new Uint32Array(rows.length);
    this.#items = new Uint32Array(rows.length);
    this.#placeOf = new Uint32Array(size);
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
    return {
      items: this.#items.slice(0, count),
      scores: this.#scores.slice(0, count),
      count,
      unordered: true,
    };
  }

  /** Scores whatever is not installed, by place; how many places there are. */
  #scorePlaces(installed: readonly string[]): number {
    const rows = this.#rowsOf(installed);
    for (const row of rows) this.#isInstalled[row] = 1;
    this.#describe(rows);
    const candidates = this.#candidatesLeft();
    for (const row of rows) this.#isInstalled[row] = 0;
    this.#scoreAll(candidates);
    return this.#placeAll(candidates);
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
    this.#user.fill(0);
    for (const row of rows) {
      for (let j = 0; j < factors; j++) {
        this.#user[j] = (this.#user[j] ?? 0) + (features[row * factors + j] ?? 0);
      }
    }
  }

  #candidatesLeft(): number {
    const { rows } = this.#index;
    const [isInstalled, candidates] = [this.#isInstalled, this.#candidates];
    let count = 0;
    for (let i = 0; i < rows.length; i++) {
      if (isInstalled[rows[i] ?? 0] === 0) candidates[count++] = i;
    }
    return count;
  }

  /** The score of each candidate left. Each sum runs from left to right; four of them run side by side. */
  #scoreAll(count: number): void {
    const { rows, features, factors } = this.#index;
    const [user, candidates, scores] = [this.#user, this.#candidates, this.#scores];
    const startOf = (i: number): number => (rows[candidates[i < count ? i : 0] ?? 0] ?? 0) * factors;
    for (let i = 0; i < count; i += ROWS_AT_ONCE) {
      const [at0, at1, at2, at3] = [startOf(i), startOf(i + 1), startOf(i + 2), startOf(i + 3)];
      let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
      for (let j = 0; j < factors; j++) {
        const factor = user[j] ?? 0;
        sum0 += factor * (features[at0 + j] ?? 0);
        sum1 += factor * (features[at1 + j] ?? 0);
        sum2 += factor * (features[at2 + j] ?? 0);
        sum3 += factor * (features[at3 + j] ?? 0);
      }
      scores[i] = sum0;
      scores[i + 1] = sum1;
      scores[i + 2] = sum2;
      scores[i + 3] = sum3;
    }
  }

  /** One place for each item, in the order of its first row with the score of its last; how many there are. */
  #placeAll(count: number): number {
    const { items: itemOf, isShared } = this.#index;
    const [candidates, scores, items] = [this.#candidates, this.#scores, this.#items];
    const [placeAt, placeOf] = [this.#places, this.#placeOf];
    const shared: number[] = [];
    let places = 0;
    for (let i = 0; i < count; i++) {
      const candidate = candidates[i] ?? 0;
      const item = itemOf[candidate] ?? 0;
      const score = scores[i] ?? 0;
      if (isShared[candidate] === 1) {
        const known = placeOf[item] ?? 0;
        if (known > 0) {
          scores[known - 1] = score;
          continue;
        }
        placeOf[item] = places + 1;
        shared.push(item);
      }
      scores[places] = score;
      items[places] = item;
      placeAt[places] = places++;
    }
    for (const item of shared) placeOf[item] = 0;
    return places;
  }

  #best(places: number, limit: number): ScoredItems {
    const count = Math.min(places, limit);
    topScores(this.#scores, this.#places, places, count);
    const items = new Uint32Array(count);
    for (let i = 0; i < count; i++) items[i] = this.#items[this.#places[i] ?? 0] ?? 0;
    return { items, scores: this.#scores.slice(0, count), count };
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
