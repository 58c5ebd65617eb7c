import type { ClientFeatures } from '../../../domain/client-features.ts';
import { TaarError } from '../../../domain/errors.ts';
import { NO_ITEMS, type ScoredItems } from '../scored-items.ts';
import { topScores } from '../top-scores.ts';
import { isUnusable, nearestPoint, reach } from './curve.ts';
import { FIELDS, type SimilarityIndex } from './similarity-index.ts';

/** Keeps a client whose categories all match from being next to everybody: the categories weigh most. */
const DISTANCE_FLOOR = 0.001;

/** The share of the categories that differ, by how many do. */
const HAMMING = Float64Array.of(0, 1 / 3, 2 / 3, 1);

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
  readonly #distances: Float64Array;
  /** Donors that count, as lists by the rank of their weight: the first of each, and the one after each. */
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  /** By donor; 0 for one that does not count. */
  readonly #donorWeights: Float64Array;
  /** The weight of each rank that has donors. */
  readonly #weights: Float64Array;
  /** By item: what its donors' weights come to. */
  readonly #sums: Float64Array;
  readonly #scores: Float64Array;
  readonly #items: Uint32Array;
  /** Whose donors stand in the lists: what is asked about one client in a row chooses them once. */
  #chosenFor: ClientFeatures | undefined;

  /** @param size how many items there are */
  constructor(index: SimilarityIndex, size: number) {
    this.#index = index;
    const ranks = index.curve.weights.length;
    this.#distances = new Float64Array(index.donors);
    this.#first = new Int32Array(ranks).fill(-1);
    this.#next = new Int32Array(index.donors);
    this.#donorWeights = new Float64Array(index.donors);
    this.#weights = new Float64Array(ranks);
    this.#sums = new Float64Array(size);
    this.#scores = new Float64Array(size);
    this.#items = new Uint32Array(size);
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
    return this.#best(this.#sumUp(), limit);
  }

  /**
   * The same add-ons, in no order where all of them are within the limit: for callers that order by other scores.
   * @throws TaarError as `recommend` does
   */
  candidates(client: ClientFeatures, limit: number): ScoredItems {
    if (!isComparable(client)) return NO_ITEMS;
    this.#chooseDonors(client);
    const found = this.#sumUp();
    return found > limit ? this.#best(found, limit) : { ...this.#leading(found), unordered: true };
  }

  /**
   * The installed add-ons that the donors of an item have too, the one of the heaviest donors first.
   * @param installedItems items of the client's add-ons, without those that no model knows
   */
  becauseOf(client: ClientFeatures, installedItems: readonly number[], item: number): readonly number[] {
    if (!isComparable(client)) return [];
    const shares = new Map<number, number>();
    this.#chooseDonors(client);
    const { items, itemStarts, donorStarts, itemDonors } = this.#index;
    for (let d = donorStarts[item] ?? 0; d < (donorStarts[item + 1] ?? 0); d++) {
      const donor = itemDonors[d] ?? 0;
      const weight = this.#donorWeights[donor] ?? 0;
      if (weight === 0) continue;
      for (let i = itemStarts[donor] ?? 0; i < (itemStarts[donor + 1] ?? 0); i++) {
        const addon = items[i] ?? 0;
        if (addon === item || !installedItems.includes(addon)) continue;
        shares.set(addon, (shares.get(addon) ?? 0) + weight);
      }
    }
    return [...shares].sort(([a, x], [b, y]) => y - x || a - b).map(([addon]) => addon);
  }

  /** How far each donor is from a client; NaN where the donor lacks a number. */
  distances(client: ClientFeatures): readonly number[] {
    if (!isComparable(client)) return [];
    return [...this.#measure(client)];
  }

  /** Puts every donor with a positive weight in the list of its rank. */
  #chooseDonors(client: ClientFeatures & ComparableClient): void {
    if (this.#chosenFor === client) return;
    this.#chosenFor = undefined;
    const { donors, curve } = this.#index;
    if (donors === 0 || curve.weights.length === 0) throw unusable('it has no donors or no curve');
    this.#first.fill(-1);
    this.#donorWeights.fill(0);
    const distances = this.#measure(client);
    const end = reach(curve);
    const { weights, ranks } = curve;
    const [first, next] = [this.#first, this.#next];
    const [rankWeights, donorWeights] = [this.#weights, this.#donorWeights];
    for (let donor = 0; donor < donors; donor++) {
      const distance = distances[donor] ?? 0;
      if (distance >= end) continue;
      const place = nearestPoint(curve, distance);
      const weight = weights[place] ?? 0;
      if (weight > 0) {
        const rank = ranks[place] ?? 0;
        next[donor] = first[rank] ?? -1;
        first[rank] = donor;
        rankWeights[rank] = weight;
        donorWeights[donor] = weight;
      } else if (isUnusable(weight)) {
        throw unusable(`point ${place} of its curve divides by 0`);
      }
    }
    this.#chosenFor = client;
  }

  /** Each donor's distance: (canberra + floor) × hamming, summed from left to right as TAAR does. */
  #measure(client: ComparableClient): Float64Array {
    const { donors, continuous, categorical, hasGap } = this.#index;
    const { subsessionLength, bookmarkCount, tabOpenCount, totalUri, uniqueTlds } = client;
    const [city, locale, os] = [client.geoCity, client.locale, client.os].map((text) => this.#category(text));
    const distances = this.#distances;
    for (let donor = 0; donor < donors; donor++) {
      const c = donor * FIELDS.categorical;
      const n = donor * FIELDS.continuous;
      const different =
        (categorical[c] === city ? 0 : 1) +
        (categorical[c + 1] === locale ? 0 : 1) +
        (categorical[c + 2] === os ? 0 : 1);
      const canberra =
        relativeDifference(subsessionLength, continuous[n] ?? 0) +
        relativeDifference(bookmarkCount, continuous[n + 1] ?? 0) +
        relativeDifference(tabOpenCount, continuous[n + 2] ?? 0) +
        relativeDifference(totalUri, continuous[n + 3] ?? 0) +
        relativeDifference(uniqueTlds, continuous[n + 4] ?? 0);
      const distance = (canberra + DISTANCE_FLOOR) * (HAMMING[different] ?? 0);
      distances[donor] = hasGap[donor] === 1 ? Number.NaN : distance;
    }
    return distances;
  }

  #category(text: string): number {
    const number = this.#index.categories.find(text);
    return number === -1 ? UNHEARD_OF : number;
  }

  /** Adds each donor's weight to its add-ons, the heaviest donor first; how many add-ons there are. */
  #sumUp(): number {
    const { itemStarts, items } = this.#index;
    const [first, next, weights] = [this.#first, this.#next, this.#weights];
    const [sums, found, scores] = [this.#sums, this.#items, this.#scores];
    let count = 0;
    for (let rank = 0; rank < first.length; rank++) {
      const weight = weights[rank] ?? 0;
      for (let donor = first[rank] ?? -1; donor !== -1; donor = next[donor] ?? -1) {
        const end = itemStarts[donor + 1] ?? 0;
        for (let i = itemStarts[donor] ?? 0; i < end; i++) {
          const item = items[i] ?? 0;
          const sum = sums[item] ?? 0;
          // All weights are above 0, so a sum of 0 is an add-on that had none.
          if (sum === 0) found[count++] = item;
          sums[item] = sum + weight;
        }
      }
    }
    for (let i = 0; i < count; i++) {
      const item = found[i] ?? 0;
      scores[i] = sums[item] ?? 0;
      sums[item] = 0;
    }
    return count;
  }

  #best(found: number, limit: number): ScoredItems {
    const count = Math.max(0, Math.min(found, limit));
    topScores(this.#scores, this.#items, found, count);
    return this.#leading(count);
  }

  #leading(count: number): ScoredItems {
    return { items: this.#items.slice(0, count), scores: this.#scores.slice(0, count), count };
  }
}

function relativeDifference(x: number, y: number): number {
  // Two zeros do not differ; a branch here would cost more than the division.
  return Math.abs(x - y) / Math.max(Math.abs(x) + Math.abs(y), Number.MIN_VALUE);
}

function isComparable(client: ClientFeatures): client is ClientFeatures & ComparableClient {
  const { geoCity, locale, os, subsessionLength, bookmarkCount, tabOpenCount, totalUri, uniqueTlds } = client;
  const fields = [geoCity, locale, os, subsessionLength, bookmarkCount, tabOpenCount, totalUri, uniqueTlds];
  return fields.every((field) => field !== null);
}

function unusable(what: string): TaarError {
  return new TaarError('similarity-unusable', 'dead-letter', `the similarity model does not answer: ${what}`);
}
