import type { ClientFeatures } from '../../../domain/client-features.ts';
import { TaarError } from '../../../domain/errors.ts';
import type { Kernel } from '../../../domain/kernel.ts';
import { NO_ITEMS, type ScoredItems } from '../scored-items.ts';
import { topScores } from '../top-scores.ts';
import type { SimilarityIndex } from './similarity-index.ts';
import { startSimilarity } from './similarity-kernel.ts';

/** A category that no donor has; it differs from one that a donor lacks too. */
const UNHEARD_OF = -2;

/** A client with every field that donors are compared by. */
type ComparableClient = {
  readonly [F in Exclude<keyof ClientFeatures, 'installed'>]: NonNullable<ClientFeatures[F]>;
};

/**
 * Recommends what clients like this one have (spec/taar-serving.md section 5.2). It owns the arrays that a call works
 * in; a call never waits, so no other one can see them.
 */
export class SimilarityRecommender {
  readonly #index: SimilarityIndex;
  readonly #loops: ReturnType<typeof startSimilarity>['call'];
  readonly #columns: ReturnType<typeof startSimilarity>['columns'];
  /** Whose donors stand in the lists: what is asked about one client in a row chooses them once. */
  #chosenFor: ClientFeatures | undefined;

  /**
   * @param kernel of `SIMILARITY_KERNEL`
   * @param size how many items there are
   */
  constructor(kernel: Kernel, index: SimilarityIndex, size: number) {
    this.#index = index;
    ({ call: this.#loops, columns: this.#columns } = startSimilarity(kernel, index, size));
  }

  /** Only a client that says everything can be compared; 0 and the empty string say something. */
  canRecommend(client: ClientFeatures): boolean {
    return isComparable(client);
  }

  /**
   * The add-ons of the donors that are likelier like the client than not, best first. What is installed is not left
   * out.
   * @throws TaarError `similarity-unusable` (dead-letter) where there are no donors, no curve, or a point of the
   * curve that counts divides by 0
   */
  recommend(client: ClientFeatures, limit: number): ScoredItems {
    if (!isComparable(client)) return NO_ITEMS;
    this.#chooseDonors(client);
    return this.#best(this.#loops.sumUp(), limit);
  }

  /**
   * The same add-ons, in no order where all of them are within the limit: for callers that order by other scores.
   * @throws TaarError as `recommend` does
   */
  candidates(client: ClientFeatures, limit: number): ScoredItems {
    if (!isComparable(client)) return NO_ITEMS;
    this.#chooseDonors(client);
    const found = this.#loops.sumUp();
    return found > limit ? this.#best(found, limit) : { ...this.#leading(found), unordered: true };
  }

  /**
   * The installed add-ons that the donors of an item have too, the one of the heaviest donors first.
   * @param installedItems items of the client's add-ons, without those that no model knows
   */
  becauseOf(client: ClientFeatures, installedItems: ReadonlySet<number>, item: number): readonly number[] {
    if (!isComparable(client)) return [];
    const shares = new Map<number, number>();
    this.#chooseDonors(client);
    const { items, itemStarts, donorStarts, itemDonors } = this.#index;
    const { donorWeights } = this.#columns;
    for (let d = donorStarts[item] ?? 0; d < (donorStarts[item + 1] ?? 0); d++) {
      const donor = itemDonors[d] ?? 0;
      const weight = donorWeights[donor] ?? 0;
      if (weight === 0) continue;
      for (let i = itemStarts[donor] ?? 0; i < (itemStarts[donor + 1] ?? 0); i++) {
        const addon = items[i] ?? 0;
        if (addon === item || !installedItems.has(addon)) continue;
        shares.set(addon, (shares.get(addon) ?? 0) + weight);
      }
    }
    return [...shares].sort(([a, x], [b, y]) => y - x || a - b).map(([addon]) => addon);
  }

  /** How far each donor is from a client; NaN where the donor lacks a number. */
  distances(client: ClientFeatures): readonly number[] {
    if (!isComparable(client)) return [];
    this.#measure(client);
    return [...this.#columns.distances.subarray(0, this.#index.donors)];
  }

  /** Puts every donor with a positive weight in the list of its rank. */
  #chooseDonors(client: ClientFeatures & ComparableClient): void {
    if (this.#chosenFor === client) return;
    this.#chosenFor = undefined;
    const { donors, curve } = this.#index;
    if (donors === 0 || curve.weights.length === 0) throw unusable('it has no donors or no curve');
    this.#measure(client);
    const place = this.#loops.choose();
    if (place !== -1) throw unusable(`point ${place} of its curve divides by 0`);
    this.#chosenFor = client;
  }

  /**
   * Each donor's distance: (canberra + 0.001) × hamming, summed from left to right as TAAR does. The floor keeps a
   * client whose categories all match from being next to everybody: the categories weigh most.
   */
  #measure(client: ComparableClient): void {
    const { subsessionLength, bookmarkCount, tabOpenCount, totalUri, uniqueTlds } = client;
    this.#loops.measure(
      this.#category(client.geoCity),
      this.#category(client.locale),
      this.#category(client.os),
      subsessionLength,
      bookmarkCount,
      tabOpenCount,
      totalUri,
      uniqueTlds,
    );
  }

  #category(text: string): number {
    const number = this.#index.categories.find(text);
    return number === -1 ? UNHEARD_OF : number;
  }

  #best(found: number, limit: number): ScoredItems {
    const count = Math.max(0, Math.min(found, limit));
    topScores(this.#columns.scores, this.#columns.found, found, count);
    return this.#leading(count);
  }

  #leading(count: number): ScoredItems {
    const { found, scores } = this.#columns;
    return { items: found.subarray(0, count), scores: scores.subarray(0, count), count };
  }
}

function isComparable(client: ClientFeatures): client is ClientFeatures & ComparableClient {
  const { geoCity, locale, os, subsessionLength, bookmarkCount, tabOpenCount, totalUri, uniqueTlds } = client;
  return !(
    geoCity === null ||
    locale === null ||
    os === null ||
    subsessionLength === null ||
    bookmarkCount === null ||
    tabOpenCount === null ||
    totalUri === null ||
    uniqueTlds === null
  );
}

function unusable(what: string): TaarError {
  return new TaarError('similarity-unusable', 'dead-letter', `the similarity model does not answer: ${what}`);
}
