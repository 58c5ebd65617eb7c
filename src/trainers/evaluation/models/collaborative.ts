import type { Interactions } from '../../numerics/interactions.ts';
import { searchedModel } from '../grid-model.ts';
import type { RankingModel } from '../ranking-model.ts';
import type { Scorer } from '../scorer.ts';

/** What alternating least squares is told. */
export interface FactorOptions {
  readonly [name: string]: number;
  readonly factors: number;
  readonly lambda: number;
  /** How much more an entry weighs than its absence. */
  readonly alpha: number;
}

/** The factors of all users and items, row after row. */
export interface Factors {
  readonly users: Float32Array | Float64Array;
  readonly items: Float32Array | Float64Array;
}

/** Fits factors to interactions. The same arguments give the same factors. */
export type FitFactors = (interactions: Interactions, options: FactorOptions, seed: number) => Factors;

/** What is tried: the first candidates, then what may be better than the best so far. */
export interface FactorSearch {
  readonly grid: readonly FactorOptions[];
  readonly refinements?: readonly ((best: FactorOptions) => readonly FactorOptions[])[];
}

/** Factors of users and items whose product says how well they fit, fitted by whatever does it. */
export function collaborativeModel(train: FitFactors, search: FactorSearch): RankingModel {
  return searchedModel<FactorOptions>({
    name: 'collaborative',
    ...search,
    over: (interactions, seed) => (options) =>
      new FactorScorer(train(interactions, options, seed), options.factors, interactions.items),
  });
}

class FactorScorer implements Scorer {
  readonly #users: Float64Array;
  /** Factor after factor of all items: so that the inner loop goes along. */
  readonly #byFactor: Float64Array;
  readonly #factors: number;
  readonly #items: number;

  constructor({ users, items }: Factors, factors: number, count: number) {
    this.#users = Float64Array.from(users);
    this.#byFactor = new Float64Array(factors * count);
    for (let item = 0; item < count; item++) {
      for (let k = 0; k < factors; k++) this.#byFactor[k * count + item] = items[item * factors + k] ?? 0;
    }
    this.#factors = factors;
    this.#items = count;
  }

  score(row: number, _own: Uint32Array, into: Float64Array): void {
    into.fill(0, 0, this.#items);
    for (let k = 0; k < this.#factors; k++) {
      const weight = this.#users[row * this.#factors + k] ?? 0;
      const start = k * this.#items;
      for (let j = 0; j < this.#items; j++)
        into[j] = (into[j] ?? 0) + weight * (this.#byFactor[start + j] ?? 0);
    }
  }
}
