import type { Step } from './component.ts';
import { firstEntries } from './item-table.ts';
import { stableByScore } from './order.ts';
import type { ParamDef } from './param.ts';
import type { CandidatePool, EntryList } from './pool.ts';

/** How many candidates are ranked at a quality: never less than `minScale` of them, rounded down. */
export function scaledCount(count: number, quality: number, minScale: number): number {
  return Math.trunc(count * Math.max(quality, minScale));
}

/** Counts the places inside each source anew, from 0, by the source's own scores; ties as in the list. */
export function rankWithinSources(pool: CandidatePool, list: EntryList): void {
  const next: number[] = [];
  const order = stableByScore(list, pool.sourceScore);
  for (let i = 0; i < order.length; i++) {
    const entry = order[i] ?? 0;
    const source = pool.source[entry] ?? 0;
    const rank = next[source] ?? 0;
    pool.rank[entry] = rank;
    next[source] = rank + 1;
  }
}

/** One entry for each item, at the place of its first; the scores and ranks of the others are served with it. */
export function mergeItems(pool: CandidatePool, list: EntryList): EntryList {
  const first = firstEntries(pool, list);
  const kept = new Int32Array(list.length);
  let count = 0;
  for (let i = 0; i < list.length; i++) {
    const entry = list[i] ?? 0;
    const before = first.firstOf(entry);
    if (before === entry) kept[count++] = entry;
    else pool.merge(before, entry);
  }
  return kept.subarray(0, count);
}

export interface FirstNParams {
  readonly count: ParamDef<number>;
  /** The share of `count` that is ranked however slow the node is. */
  readonly minScale: ParamDef<number>;
}

/** Merges what came from several sources and keeps the first N, fewer at a low quality. */
export function firstN<S>(params: FirstNParams, name = 'first-n'): Step<S> {
  return {
    name,
    onFailure: 'passThrough',
    apply(query, pool, list) {
      rankWithinSources(pool, list);
      const count = query.params.get(params.count);
      const scaled = scaledCount(count, query.quality, query.params.get(params.minScale));
      return mergeItems(pool, list).subarray(0, scaled);
    },
  };
}
