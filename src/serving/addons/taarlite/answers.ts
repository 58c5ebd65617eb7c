import { TaarError } from '../../../domain/errors.ts';
import { legacyJson } from '../../http/legacy-json.ts';
import { DEFAULT_MODE, MODES, parseMode } from './mode.ts';
import { type Recommendation, recommend, type TaarliteLimits } from './recommend.ts';
import type { TaarliteIndex } from './taarlite-index.ts';

/** A body and how it came about: `item`, or `empty:<why>`. */
export interface TaarliteAnswer {
  readonly body: string;
  readonly path: string;
  /** What the body names, with its scores. */
  readonly items: readonly Pick<Recommendation, 'guid' | 'score'>[];
}

/** What people ask for is far fewer than all add-ons times all modes; a model of many must not fill memory twice. */
const MAX_KEPT_ANSWERS = 50_000;

/** Enough to find out whether the models answer; more would hold up the answers of the set before. */
const WARM_UP_GUIDS = 5;

/**
 * TAARlite's answers from one index. An answer depends on nothing but the add-on and the mode, so the bodies are
 * kept; they go when the index goes.
 */
export class TaarliteAnswers {
  readonly #index: TaarliteIndex;
  readonly #limits: TaarliteLimits;
  readonly #kept = new Map<string, Map<string, TaarliteAnswer>>(MODES.map((mode) => [mode, new Map()]));
  #keptCount = 0;

  constructor(index: TaarliteIndex, limits: TaarliteLimits) {
    this.#index = index;
    this.#limits = limits;
  }

  /** `modeName` as the query gave it; undefined where it gave none. */
  answer(guid: string, modeName: string = DEFAULT_MODE): TaarliteAnswer {
    return this.#kept.get(modeName)?.get(guid) ?? this.#make(guid, modeName);
  }

  /** True where the models know the add-on. */
  knows(guid: string): boolean {
    return this.#index.numbers.find(guid) !== -1;
  }

  /** Up to `limit` add-ons that go with one, best first, of as many of its heaviest pairs; however few there are. */
  goingWith(guid: string, limit: number): readonly Recommendation[] {
    return recommend(this.#index, guid, DEFAULT_MODE, { maxResults: limit, truncate: limit });
  }

  /**
   * Scores some add-ons in every mode.
   * @throws TaarError `model-invalid` (halt) where the index does not find an add-on that it holds
   */
  warmUp(): void {
    const { guids, numbers } = this.#index;
    for (let i = 0; i < Math.min(guids.size, WARM_UP_GUIDS); i++) {
      const guid = guids.at(i);
      if (numbers.find(guid) !== i) {
        throw new TaarError('model-invalid', 'halt', `the taarlite index does not find its add-on ${i}`);
      }
      for (const mode of MODES) recommend(this.#index, guid, mode, this.#limits);
    }
  }

  #make(guid: string, modeName: string): TaarliteAnswer {
    const mode = parseMode(modeName);
    if (mode === undefined) return NO_SUCH_MODE;
    // Not kept: there is no end of add-ons that nobody knows.
    if (!this.knows(guid)) return UNKNOWN_GUID;
    const found = recommend(this.#index, guid, mode, this.#limits);
    const answer =
      found.length === this.#limits.maxResults
        ? { body: legacyJson({ results: found.map((one) => one.guid) }), path: 'item', items: found }
        : TOO_FEW;
    this.#keep(guid, modeName, answer);
    return answer;
  }

  #keep(guid: string, modeName: string, answer: TaarliteAnswer): void {
    if (this.#keptCount >= MAX_KEPT_ANSWERS) return;
    this.#kept.get(modeName)?.set(guid, answer);
    this.#keptCount += 1;
  }
}

/** The answer of a node that has no models. */
export const NO_MODELS: TaarliteAnswer = empty('no-models');
const NO_SUCH_MODE = empty('unknown-mode');
const UNKNOWN_GUID = empty('unknown-guid');
/** AMO wants all places filled or none. */
const TOO_FEW = empty('too-few');

function empty(why: string): TaarliteAnswer {
  return { body: legacyJson({ results: [] }), path: `empty:${why}`, items: [] };
}
