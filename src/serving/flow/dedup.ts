import type { Step } from './component.ts';
import { firstEntries } from './item-table.ts';
import type { CandidatePool, EntryList } from './pool.ts';

/** The first occurrence of each item. */
export function dedup(pool: CandidatePool, list: EntryList): EntryList {
  const first = firstEntries(pool, list);
  const kept = new Int32Array(list.length);
  let count = 0;
  for (let i = 0; i < list.length; i++) {
    const entry = list[i] ?? 0;
    if (first.firstOf(entry) === entry) kept[count++] = entry;
  }
  return kept.subarray(0, count);
}

/** `dedup` as a step. */
export function dedupStep<S>(name = 'dedup'): Step<S> {
  return { name, onFailure: 'passThrough', apply: (_query, pool, list) => dedup(pool, list) };
}
