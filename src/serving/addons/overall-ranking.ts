import type { RankingModel } from '../../models/ranking.ts';
import type { Section, Sections } from '../../models/snapshot.ts';
import { arraySections } from './index-sections.ts';
import type { ItemNumbers } from './items.ts';
import type { ScoredItems } from './scored-items.ts';

const PART = 'ranking';

export function rankingSections({ guids, installs }: RankingModel, numbers: ItemNumbers): readonly Section[] {
  const itemOf = numbers.itemsOf(guids);
  const order = Uint32Array.from(itemOf, (_, addon) => addon);
  order.sort((a, b) => (installs[b] ?? 0) - (installs[a] ?? 0) || (itemOf[a] ?? 0) - (itemOf[b] ?? 0));
  return arraySections(PART, {
    items: order.map((addon) => itemOf[addon] ?? 0),
    installs: Float64Array.from(order, (addon) => installs[addon] ?? 0),
  });
}

/** All add-ons by descending installs, equal ones by id. */
export class OverallRanking {
  readonly #items: Uint32Array;
  readonly #installs: Float64Array;

  constructor(sections: Sections) {
    this.#items = sections.u32(`${PART}.items`);
    this.#installs = sections.f64(`${PART}.installs`);
  }

  /** The most installed ones, with their installs as scores. */
  top(limit: number): ScoredItems {
    const count = Math.max(0, Math.min(limit, this.#items.length));
    return { items: this.#items.slice(0, count), scores: this.#installs.slice(0, count), count };
  }
}
