import type { RecommendationServed } from '../../domain/served.ts';
import type { TokenContent } from './answer-tokens.ts';

/** What a product tells of an answer: the record of it, without what the feedback gives it. */
export type ServedAnswer = Omit<RecommendationServed, 'tokenId' | 'at'>;

export function recordOf({ id, at }: TokenContent, answer: ServedAnswer): RecommendationServed {
  return { tokenId: id, at, ...answer };
}
