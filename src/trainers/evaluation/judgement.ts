import { coverage } from './metrics/coverage.ts';
import { hit } from './metrics/hit.ts';
import { ndcg } from './metrics/ndcg.ts';
import { recall } from './metrics/recall.ts';
import type { RankedLists } from './ranked-lists.ts';
import type { RankingTask } from './ranking-task.ts';

/** A mean over users, and its standard error. */
export interface Figure {
  readonly mean: number;
  readonly standardError: number;
}

/** What lists of at most 20 items are worth. */
export interface Judgement {
  readonly recall: Figure;
  readonly ndcg: Figure;
  readonly hit: Figure;
  readonly coverage: number;
  /** NDCG@20 of each asked user, in the task's order: to be compared pair by pair. */
  readonly ndcgOf: Float64Array;
}

/** Holds lists against what was held out. @param lists of the task's asked users, in their order */
export function judge(task: RankingTask, lists: RankedLists): Judgement {
  const hits = lists.map((list, place) => hitsOf(list, task.heldOut[place] ?? new Uint32Array()));
  const each = (metric: (hits: Uint8Array, wanted: number) => number) =>
    Float64Array.from(hits, (own, place) => metric(own, task.wanted[place] ?? 0));
  const ndcgOf = each(ndcg);
  return {
    recall: figureOf(each(recall)),
    ndcg: figureOf(ndcgOf),
    hit: figureOf(each(hit)),
    coverage: coverage(lists, task.itemIds.length),
    ndcgOf,
  };
}

/** The mean of some values, and the standard error of that mean: 0 for a single value. */
export function figureOf(values: Float64Array): Figure {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: count < 2 ? 0 : Math.sqrt(squares / (count - 1) / count) };
}

function hitsOf(list: Uint32Array, heldOut: Uint32Array): Uint8Array {
  const wanted = new Set(heldOut);
  return Uint8Array.from(list, (item) => (wanted.has(item) ? 1 : 0));
}
