import { gramOf } from './gram.ts';
import type { Interactions } from './interactions.ts';
import { itemCountsOf } from './item-counts.ts';
import { invertSymmetric } from './symmetric-inverse.ts';
import type { SymmetricMatrix } from './symmetric-matrix.ts';
import { transposed } from './transposed.ts';

/** What keeps the weights small. */
export interface LinearParameters {
  /** Added to the diagonal of XᵀX: above 0. */
  readonly lambda: number;
  /** The share p of what a user has that is thought away in training: p/(1-p) of its own diagonal is added too. */
  readonly dropout?: number;
}

/** Weights from item to item, by which what a user has says what else fits. */
export interface LinearModel {
  readonly items: number;
  /**
   * Writes the score of every item: the sum of its weights from what the user has, without itself.
   *
   * @param own the user's items, none twice
   */
  score(own: Uint32Array, into: Float64Array): void;
}

/**
 * The weights B with a diagonal of zeros that make ‖X - XB‖² + penalty least, in closed form: with P the inverse of
 * XᵀX + penalty, B = I - P·diag(1 / diag P). Where users (rows) are fewer than items, P is had from a matrix of users
 * instead, by Woodbury's identity, and never made as a whole.
 *
 * @throws TaarError `matrix-not-positive-definite` where lambda is not above 0
 */
export function fitLinear(interactions: Interactions, parameters: LinearParameters): LinearModel {
  return interactions.users < interactions.items
    ? new UserSide(interactions, parameters)
    : fitByItems(interactions, parameters);
}

/** All weights: cost goes with the cube of the items, memory is 8 bytes a pair of items. */
export function fitByItems(interactions: Interactions, parameters: LinearParameters): ItemSide {
  const matrix = gramOf(interactions);
  matrix.addDiagonal(penaltiesOf(matrix.diagonal(), parameters));
  invertSymmetric(matrix);
  return new ItemSide(matrix);
}

/** The weights themselves, row after row: cell (i, j) is what having i says for j. */
export class ItemSide implements LinearModel {
  readonly items: number;
  readonly weights: Float32Array;

  constructor(inverse: SymmetricMatrix) {
    const { size } = inverse;
    const weights = new Float32Array(size * size);
    const diagonal = inverse.diagonal();
    inverse.forEach((i, j, value) => {
      if (i === j) return;
      weights[i * size + j] = -value / (diagonal[j] ?? 0);
      weights[j * size + i] = -value / (diagonal[i] ?? 0);
    });
    this.items = size;
    this.weights = weights;
  }

  score(own: Uint32Array, into: Float64Array): void {
    const { items, weights } = this;
    into.fill(0, 0, items);
    for (const item of own) {
      const row = item * items;
      for (let j = 0; j < items; j++) into[j] = (into[j] ?? 0) + (weights[row + j] ?? 0);
    }
  }
}

/**
 * With Q = 1 / penalty (a diagonal), D the multiplicities and M the inverse of X·Q·Xᵀ + 1/D: P = Q - Q·Xᵀ·M·X·Q.
 * Cost goes with the cube of the users, memory is 4 bytes a pair of them.
 */
export class UserSide implements LinearModel {
  readonly items: number;
  readonly #users: Interactions;
  readonly #who: Interactions;
  readonly #inversePenalty: Float64Array;
  readonly #inverse: SymmetricMatrix;
  readonly #diagonal: Float64Array;
  /** What a call works in; no call waits. */
  readonly #has: Float64Array;
  readonly #weighed: Float64Array;

  constructor(interactions: Interactions, parameters: LinearParameters) {
    this.items = interactions.items;
    this.#users = interactions;
    this.#who = transposed(interactions);
    const counts = itemCountsOf(interactions);
    this.#inversePenalty = penaltiesOf(counts, parameters).map((penalty) => 1 / penalty);
    this.#inverse = gramOf({ ...this.#who, multiplicity: this.#inversePenalty });
    this.#inverse.addDiagonal(interactions.multiplicity?.map((times) => 1 / times) ?? 1);
    invertSymmetric(this.#inverse);
    this.#diagonal = this.#diagonalOfP();
    this.#has = new Float64Array(interactions.users);
    this.#weighed = new Float64Array(interactions.users);
  }

  score(own: Uint32Array, into: Float64Array): void {
    const scale = this.#inversePenalty;
    const { starts, itemOf } = this.#who;
    this.#has.fill(0);
    for (const item of own) {
      for (let at = starts[item] ?? 0; at < (starts[item + 1] ?? 0); at++) {
        const user = itemOf[at] ?? 0;
        this.#has[user] = (this.#has[user] ?? 0) + (scale[item] ?? 0);
      }
    }
    this.#inverse.multiply(this.#has, this.#weighed);
    this.#spread(into);
    for (let j = 0; j < this.items; j++) {
      into[j] = ((into[j] ?? 0) * (scale[j] ?? 0)) / (this.#diagonal[j] ?? 0);
    }
    for (const item of own) {
      into[item] = (into[item] ?? 0) + 1 - (scale[item] ?? 0) / (this.#diagonal[item] ?? 0);
    }
  }

  /** Writes for each item what its users weigh together. */
  #spread(into: Float64Array): void {
    const { users, starts, itemOf } = this.#users;
    into.fill(0, 0, this.items);
    for (let user = 0; user < users; user++) {
      const weight = this.#weighed[user] ?? 0;
      for (let at = starts[user] ?? 0; at < (starts[user + 1] ?? 0); at++) {
        const item = itemOf[at] ?? 0;
        into[item] = (into[item] ?? 0) + weight;
      }
    }
  }

  #diagonalOfP(): Float64Array {
    const { starts, itemOf } = this.#who;
    return this.#inversePenalty.map((scale, item) => {
      const users = itemOf.subarray(starts[item], starts[item + 1]);
      return scale - scale * scale * this.#inverse.sumAmong(users);
    });
  }
}

function penaltiesOf(counts: Float64Array, { lambda, dropout = 0 }: LinearParameters): Float64Array {
  return counts.map((count) => lambda + (dropout / (1 - dropout)) * count);
}
