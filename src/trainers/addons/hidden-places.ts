import { compareCodePoints } from '../../domain/text-order.ts';
import { discountAt } from '../numerics/discount.ts';
import type { ScoredAddon } from './cllr.ts';
import type { EnsembleMember } from './ensemble.ts';
import type { HeldOutClient } from './ensemble-rows.ts';

/** Places that count. */
const TOP = 20;

/** What members say of one client, as far as it decides the place of the hidden add-on. */
interface Candidates {
  /** A score of each member for each candidate, candidate after candidate, ascending by guid; 0: it is silent. */
  readonly scores: Float64Array;
  /** Which candidate was hidden; -1 where nobody recommends it. */
  readonly hidden: number;
}

/** The lists of all members for some clients, asked once, so that many weights can be tried. */
export class HiddenPlaces {
  readonly #members: readonly EnsembleMember[];
  readonly #candidates: Candidates[] = [];
  /** The best score of each member for each client that it has an answer for. */
  readonly #tops: readonly number[][];
  #clients = 0;

  constructor(members: readonly EnsembleMember[]) {
    this.#members = members;
    this.#tops = members.map(() => []);
  }

  get clients(): number {
    return this.#clients;
  }

  /** Of how many clients somebody recommends the hidden add-on. */
  get found(): number {
    return this.#candidates.length;
  }

  /** Asks for as many as serving does, so that the top is full without what the client has. */
  add({ features, hidden }: HeldOutClient): void {
    this.#clients++;
    const installed = new Set(features.installed);
    const lists = this.#members.map(({ recommend }) =>
      recommend(features, TOP + installed.size).filter(([guid]) => !installed.has(guid)),
    );
    for (const [at, list] of lists.entries()) {
      const top = list[0];
      if (top !== undefined) this.#tops[at]?.push(top[1]);
    }
    const candidates = candidatesOf(lists, hidden);
    if (candidates.hidden >= 0) this.#candidates.push(candidates);
  }

  /**
   * How large each member's best scores are: their median. 1 where it has none above 0. Members score on scales of their
   * own, so a weight says something only beside the scale.
   */
  scales(): Float64Array {
    return Float64Array.from(this.#tops, (tops) => {
      const sorted = Float64Array.from(tops).sort();
      const median = sorted[sorted.length >> 1] ?? 1;
      return median > 0 ? median : 1;
    });
  }

  /**
   * The mean NDCG@20 of the hidden add-ons where scores are weighed so: sums are ordered as serving orders them, equal
   * ones by guid. A sum of 0 says nothing of an add-on. NaN where no client was added.
   */
  gain(weights: Float64Array): number {
    // Counted by place, so that the sum does not depend on the order of clients.
    const places = new Uint32Array(TOP);
    for (const candidates of this.#candidates) {
      const place = placeOf(candidates, weights);
      if (place < TOP) places[place] = (places[place] ?? 0) + 1;
    }
    return places.reduce((sum, count, place) => sum + count / discountAt(place), 0) / this.#clients;
  }
}

function candidatesOf(lists: readonly (readonly ScoredAddon[])[], hidden: string): Candidates {
  const guids = [...new Set(lists.flatMap((list) => list.map(([guid]) => guid)))].sort(compareCodePoints);
  const placeOfGuid = new Map(guids.map((guid, i) => [guid, i]));
  const scores = new Float64Array(guids.length * lists.length);
  for (const [at, list] of lists.entries()) {
    for (const [guid, score] of list) scores[(placeOfGuid.get(guid) ?? 0) * lists.length + at] = score;
  }
  return { scores, hidden: placeOfGuid.get(hidden) ?? -1 };
}

/** How many candidates stand before the hidden one; infinite where nothing is said for it. */
function placeOf({ scores, hidden }: Candidates, weights: Float64Array): number {
  const own = weighed(scores, hidden, weights);
  if (own === 0 || !Number.isFinite(own)) return Number.POSITIVE_INFINITY;
  let place = 0;
  for (let other = 0; other * weights.length < scores.length; other++) {
    const sum = weighed(scores, other, weights);
    if (sum > own || (sum === own && other < hidden)) place++;
  }
  return place;
}

function weighed(scores: Float64Array, candidate: number, weights: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at++) {
    sum += (scores[candidate * weights.length + at] ?? 0) * (weights[at] ?? 0);
  }
  return sum;
}
