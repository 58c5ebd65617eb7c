import type { Params } from '../flow/param.ts';
import type { FlowTrace } from '../flow/trace.ts';

/** A promoted add-on and the weight that it is merged with (spec/taar-serving.md section 1.1). */
export interface PromotedAddon {
  readonly guid: string;
  readonly weight: number;
}

/** What is asked of the add-on recommender, by whichever route. */
export interface AddonQuestion {
  readonly requestId: string;
  /** Which page asks; a name of the placement table. */
  readonly placement: string;
  /**
   * The client as the caller named it: a sha256hex, a test id, or anything. It goes no further than the profile.
   * Undefined where an add-on is asked about.
   */
  readonly client: string | undefined;
  /** The add-on that others are to go with; undefined where they are for a client. */
  readonly addon?: string | undefined;
  readonly locale: string | undefined;
  readonly platform: string | undefined;
  readonly maxResults: number;
  readonly excluded: readonly string[];
  /** TAAR's own route merges them itself, into what it is given. */
  readonly promoted: readonly PromotedAddon[];
  /** As TAAR answered: nothing for whom nothing personal is found, and nothing checked that TAAR did not check. */
  readonly asTaar: boolean;
  /** Makes the answer repeatable; undefined: drawn anew. */
  readonly seed: number | undefined;
  /** What the operator has set for this question; undefined: nothing, as for TAAR's own route. */
  readonly params?: Params | undefined;
  /** Aborted when nobody waits for the answer any more: nothing more is begun for it, and it leaves no record. */
  readonly signal?: AbortSignal | undefined;
}

/** Why an add-on is in an answer. */
export type AddonReason =
  | { readonly kind: 'becauseOf'; readonly installed: readonly string[] }
  | { readonly kind: 'popularIn'; readonly locale: string }
  | { readonly kind: 'popular' }
  | { readonly kind: 'promoted' }
  | { readonly kind: 'test' };

export interface RecommendedAddon {
  readonly id: string;
  readonly score: number;
  /** With which probability the draw chose it at its place; null where nothing was drawn. */
  readonly probability: number | null;
  /** What each source added to the score, by source. */
  readonly sources: Readonly<Record<string, number>>;
  readonly reasons: readonly AddonReason[];
}

export interface AddonAnswer {
  readonly items: readonly RecommendedAddon[];
  /** `personal`, `item`, `test`, `fallback:<why>` or `empty:<why>`. */
  readonly path: string;
  readonly setVersion: string | undefined;
  readonly trace: FlowTrace | undefined;
  /** Makes the text by which observations name the answer; undefined where nothing was recorded. */
  readonly token?: (() => string) | undefined;
}

/** Answers for one client or about one add-on. Never throws for a store's, a model's or a source's failure: it answers with less. */
export interface AddonRecommender {
  answer(question: AddonQuestion): Promise<AddonAnswer>;
}
