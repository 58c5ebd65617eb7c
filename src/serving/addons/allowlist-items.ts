import type { AllowlistModel } from '../../models/allowlist.ts';
import type { Section, Sections } from '../../models/snapshot.ts';
import { arraySections } from './index-sections.ts';
import type { ItemNumbers } from './items.ts';
import type { ScoredItems } from './scored-items.ts';
import { testScore } from './test-client.ts';

const PART = 'allowlist';

export function allowlistSections({ guids }: AllowlistModel, numbers: ItemNumbers): readonly Section[] {
  return arraySections(PART, {
    items: numbers.itemsOf(guids),
    testScores: Float64Array.from(guids.toArray(), testScore),
  });
}

/** The allow-list in its order. Its length is how many candidates the ensemble is asked for. */
export class AllowlistItems {
  readonly items: Uint32Array;
  readonly #testScores: Float64Array;

  constructor(sections: Sections) {
    this.items = sections.u32(`${PART}.items`);
    this.#testScores = sections.f64(`${PART}.testScores`);
  }

  /** What test clients get: the first of the list, each with the score that its id gives (section 5.4). */
  forTestClient(limit: number): ScoredItems {
    const count = Math.max(0, Math.min(limit, this.items.length));
    return { items: this.items.slice(0, count), scores: this.#testScores.slice(0, count), count };
  }
}
