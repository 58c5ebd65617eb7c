import { topK } from '../../numerics/top-k.ts';
import { LIST_LENGTH, scoreOthers } from '../ranked-lists.ts';
import type { RankingTask } from '../ranking-task.ts';
import type { Scorer } from '../scorer.ts';
import { standardise } from './normalised.ts';

/** Of each model: what none of them has among so many hardly gets into a list. */
const POOL_LENGTH = 100;

/** What is worth a place in one user's list, and what each model says of it. */
export interface Pool {
  /** Ascending. */
  readonly items: Uint32Array;
  /** For each model the comparable scores of those items. */
  readonly scores: readonly Float64Array[];
}

/** The best of all models for each asked user: little enough to try many weights on. */
export function poolsOf(task: RankingTask, models: readonly Scorer[]): readonly Pool[] {
  const size = task.itemIds.length;
  const scores = models.map(() => new Float64Array(size));
  const best = new Uint32Array(POOL_LENGTH);
  return Array.from(task.asked, (row) => {
    const found = new Set<number>();
    for (const [m, model] of models.entries()) {
      const own = scores[m] ?? new Float64Array();
      scoreOthers(task, model, row, own);
      standardise(own);
      for (const item of best.subarray(0, topK(own, POOL_LENGTH, best))) found.add(item);
    }
    const items = Uint32Array.from(found).sort();
    return { items, scores: scores.map((own) => Float64Array.from(items, (item) => own[item] ?? 0)) };
  });
}

/** The lists that weights make of the pools. */
export function listsFrom(pools: readonly Pool[], weights: readonly number[]): readonly Uint32Array[] {
  const longest = pools.reduce((length, { items }) => Math.max(length, items.length), 0);
  const sums = new Float64Array(longest);
  const best = new Uint32Array(LIST_LENGTH);
  return pools.map(({ items, scores }) => {
    const own = sums.subarray(0, items.length).fill(0);
    for (const [m, weight] of weights.entries()) addTimes(own, scores[m] ?? own, weight);
    return Uint32Array.from(best.subarray(0, topK(own, LIST_LENGTH, best)), (place) => items[place] ?? 0);
  });
}

/** Adds `weight` times the values. Weights of 0 add nothing. */
export function addTimes(sums: Float64Array, values: Float64Array, weight: number): void {
  if (weight === 0) return;
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + weight * (values[i] ?? 0);
}
