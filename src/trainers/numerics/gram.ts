import type { Interactions } from './interactions.ts';
import { SymmetricMatrix } from './symmetric-matrix.ts';
import { transposed } from './transposed.ts';

/**
 * Rows of XᵀX, where X has a row for each user, 1 where the user has the item: cell (i, j) says how many users have
 * both. Rows that stand for several users count as often. Nothing is centred.
 */
export class GramRows {
  readonly #users: Interactions;
  readonly #items: Interactions;

  constructor(interactions: Interactions) {
    this.#users = interactions;
    this.#items = transposed(interactions);
  }

  /** Writes the cells of row i up to `end` (left out: all). @param into at least `end` numbers */
  row(i: number, into: Float64Array, end = this.#users.items): void {
    const { starts, itemOf, multiplicity } = this.#users;
    const who = this.#items;
    into.fill(0, 0, end);
    for (let at = who.starts[i] ?? 0; at < (who.starts[i + 1] ?? 0); at++) {
      const user = who.itemOf[at] ?? 0;
      const times = multiplicity === undefined ? 1 : (multiplicity[user] ?? 0);
      const last = starts[user + 1] ?? 0;
      for (let place = starts[user] ?? 0; place < last; place++) {
        const j = itemOf[place] ?? 0;
        if (j >= end) break;
        into[j] = (into[j] ?? 0) + times;
      }
    }
  }
}

/** XᵀX as a whole. */
export function gramOf(interactions: Interactions): SymmetricMatrix {
  const rows = new GramRows(interactions);
  const gram = new SymmetricMatrix(interactions.items);
  const row = new Float64Array(interactions.items);
  for (let i = 0; i < interactions.items; i++) {
    rows.row(i, row, i + 1);
    gram.setRow(i, row);
  }
  return gram;
}
