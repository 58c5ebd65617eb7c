import type { EpochMs } from './clock.ts';
import type { SetMember } from './model-records.ts';

/**
 * On `serving.recommendation.served.v1`, under the client's pseudonym of that day: how one answer came about. It
 * holds no client key, nothing that a request said about its client, and nothing of its profile but the locale that a
 * list was taken for.
 */
export interface RecommendationServed {
  /** The random part of the answer's token. */
  readonly tokenId: string;
  readonly at: EpochMs;
  readonly product: string;
  /** Which page asked. */
  readonly placement: string;
  /** `personal`, `item`, `fallback:<why>`, `empty:<why>`. */
  readonly path: string;
  /** Null where no set of models served. */
  readonly setVersion: string | null;
  /** What the set was made of. */
  readonly models: readonly SetMember[];
  /** True where the request named the seed of the draw, so that it says nothing about chance. */
  readonly seeded: boolean;
  /** By place. */
  readonly items: readonly ServedItem[];
  /** In the order in which they ran. */
  readonly stages: readonly ServedStage[];
  readonly sources: readonly ServedSource[];
  /** Why candidates were left out, and how many. */
  readonly refusals: readonly ServedRefusal[];
  /** Parts that failed or were too slow, and so were done without. */
  readonly guards: readonly ServedGuard[];
  /** How many equal answers the record stands for; more than one only where they name nobody and have no token. */
  readonly answers: number;
}

export interface ServedItem {
  readonly id: string;
  readonly score: number;
  /** With which probability the draw chose it at its place; null where nothing was drawn. */
  readonly probability: number | null;
  /** What each source added to the score. */
  readonly contributions: readonly ServedContribution[];
  readonly reasons: readonly ServedReason[];
}

export interface ServedContribution {
  readonly source: string;
  readonly score: number;
}

/** Why an item is in an answer: `becauseOf` some items, `popularIn` a place, … */
export interface ServedReason {
  readonly kind: string;
  readonly about: readonly string[];
}

/** How many candidates came into a stage and left it, and how long it took. */
export interface ServedStage {
  readonly stage: string;
  readonly in: number;
  readonly out: number;
  readonly microseconds: number;
}

/** What became of the candidates of one source. */
export interface ServedSource {
  readonly source: string;
  readonly fetched: number;
  readonly filtered: number;
  readonly ranked: number;
  readonly served: number;
}

export interface ServedRefusal {
  readonly reason: string;
  readonly count: number;
}

/** How often the guard of one part fired: `timeout` or `error`. */
export interface ServedGuard {
  readonly component: string;
  readonly kind: string;
  readonly times: number;
}

export const OBSERVATION_KINDS = ['impression', 'click', 'install'] as const;
export type ObservationKind = (typeof OBSERVATION_KINDS)[number];

/** On `serving.recommendation.observed.v1`, under the key of the answer: what became of its items. */
export interface RecommendationObserved {
  /** As in the record of the answer. */
  readonly tokenId: string;
  /** When the answer was made, by its token. */
  readonly servedAt: EpochMs;
  readonly receivedAt: EpochMs;
  readonly observations: readonly Observation[];
}

export interface Observation {
  /** As the sender named it: whether the answer held it, only the record of the answer says. */
  readonly item: string;
  readonly kind: ObservationKind;
  /** By the sender's clock; null where it did not say, or cannot be right. */
  readonly at: EpochMs | null;
}
