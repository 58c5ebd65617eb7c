import { TaarError } from '../../domain/errors.ts';
import { topK } from '../numerics/top-k.ts';
import { itemsOf, type RankingTask } from './ranking-task.ts';
import type { Scorer } from './scorer.ts';

/** How long lists are, and where metrics end. */
export const LIST_LENGTH = 20;

/** The items of each asked user, best first. */
export type RankedLists = readonly Uint32Array[];

/**
 * Ranks the whole catalogue for every asked user, without the user's own items; of equal scores the item whose id
 * comes first by code point. One user's scores are in memory at a time.
 *
 * @throws TaarError `scores-not-finite`
 */
export function rankAll(task: RankingTask, scorer: Scorer, length = LIST_LENGTH): RankedLists {
  const scores = new Float64Array(task.itemIds.length);
  const best = new Uint32Array(length);
  return Array.from(task.asked, (row) => {
    scoreOthers(task, scorer, row, scores);
    return best.slice(0, topK(scores, length, best));
  });
}

/** Writes the scores of what a user has not; -Infinity for what the user has. */
export function scoreOthers(task: RankingTask, scorer: Scorer, row: number, scores: Float64Array): void {
  const own = itemsOf(task.interactions, row);
  scorer.score(row, own, scores);
  for (const score of scores) if (!Number.isFinite(score)) throw notFinite();
  for (const item of own) scores[item] = Number.NEGATIVE_INFINITY;
}

function notFinite(): TaarError {
  return new TaarError('scores-not-finite', 'halt', 'the model gives scores that are not finite numbers');
}
