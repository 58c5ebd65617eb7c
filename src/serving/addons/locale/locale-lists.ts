import type { LocaleModel } from '../../../models/locale.ts';
import type { Section, Sections } from '../../../models/snapshot.ts';
import { buildStringIndex, StringIndex } from '../../../models/string-index.ts';
import { arraySections } from '../index-sections.ts';
import type { ItemNumbers } from '../items.ts';
import type { ScoredItems } from '../scored-items.ts';

const PART = 'locale';

/** Each list by descending weight; equal weights keep their order. */
export function localeSections(model: LocaleModel, numbers: ItemNumbers): readonly Section[] {
  const itemOf = numbers.itemsOf(model.guids);
  const { starts, addons, weights } = model;
  const order = Uint32Array.from(addons, (_, entry) => entry);
  for (let l = 0; l < model.locales.size; l++) {
    order.subarray(starts[l], starts[l + 1]).sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b);
  }
  return [
    ...buildStringIndex(`${PART}.locales`, model.locales),
    ...arraySections(PART, {
      items: order.map((entry) => itemOf[addons[entry] ?? 0] ?? 0),
      weights: Float64Array.from(order, (entry) => weights[entry] ?? 0),
    }),
  ];
}

/** What is liked in each locale (spec/taar-serving.md section 5.3). */
export class LocaleLists {
  readonly #locales: StringIndex;
  readonly #starts: Uint32Array;
  readonly #items: Uint32Array;
  readonly #weights: Float64Array;

  constructor(model: LocaleModel, sections: Sections) {
    this.#locales = new StringIndex(`${PART}.locales`, sections, model.locales);
    this.#starts = model.starts;
    this.#items = sections.u32(`${PART}.items`);
    this.#weights = sections.f64(`${PART}.weights`);
  }

  /** Exactly this locale, and a list that is not empty; `en` does not stand in for `en-GB`. */
  canRecommend(locale: string | null | undefined): boolean {
    const [start, end] = this.#rangeOf(locale);
    return end > start;
  }

  /** The first of the locale's list; none where there is no such list. What is installed is not left out. */
  recommend(locale: string | null | undefined, limit: number): ScoredItems {
    const [start, listEnd] = this.#rangeOf(locale);
    const end = Math.min(listEnd, start + Math.max(0, limit));
    return {
      items: this.#items.slice(start, end),
      scores: this.#weights.slice(start, end),
      count: end - start,
    };
  }

  /** Where the locale's list stands; empty where there is none. */
  #rangeOf(locale: string | null | undefined): readonly [start: number, end: number] {
    const at = typeof locale === 'string' ? this.#locales.find(locale) : -1;
    return at === -1 ? [0, 0] : [this.#starts[at] ?? 0, this.#starts[at + 1] ?? 0];
  }
}

/** The profile's locale where it has one, also where nobody has heard of it; otherwise the request's. */
export function localeOf(
  profile: string | null | undefined,
  asked: string | null | undefined,
): string | undefined {
  return profile || asked || undefined;
}
