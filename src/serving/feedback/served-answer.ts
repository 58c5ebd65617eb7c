import type { RecommendationServed } from '../../domain/served.ts';
import type { TokenContent } from './answer-tokens.ts';

/** What a product tells of an answer: the record of it, without what the feedback gives it. */
export type ServedAnswer = Omit<RecommendationServed, 'tokenId' | 'at' | 'answers'>;

/** @param answers how many equal ones the record stands for */
export function recordOf(
  { id, at }: TokenContent,
  answer: ServedAnswer,
  answers: number,
): RecommendationServed {
  return { tokenId: id, at, ...answer, answers };
}
