import type { Gate, Step } from './component.ts';
import { stableByScore } from './order.ts';
import type { CandidatePool, EntryList } from './pool.ts';
import type { Query } from './query.ts';

/** Places that one impression costs. */
export const FATIGUE_PLACES = 5;

/** Moves each entry back by `places` for each time it was shown; `shown[i]` belongs to the i-th of the list. */
export function fatigue(list: EntryList, shown: ArrayLike<number>, places = FATIGUE_PLACES): EntryList {
  const keys = new Float64Array(list.length);
  const index = new Int32Array(list.length);
  for (let i = 0; i < list.length; i++) {
    index[i] = i;
    keys[i] = -(i + places * (shown[i] ?? 0));
  }
  const order = stableByScore(index, keys);
  for (let i = 0; i < order.length; i++) order[i] = list[order[i] ?? 0] ?? 0;
  return order;
}

export interface FatigueOptions<S> {
  /** How often an entry's item was shown lately to this client in this placement. */
  readonly impressions: (query: Query<S>, pool: CandidatePool, entry: number) => number;
  readonly when?: Gate<S>;
  readonly places?: number;
}

/** `fatigue` as a step; scores stay as they are. */
export function fatigueStep<S>({ impressions, when, places }: FatigueOptions<S>, name = 'fatigue'): Step<S> {
  return {
    name,
    when,
    onFailure: 'passThrough',
    apply(query, pool, list) {
      const shown = new Float64Array(list.length);
      for (let i = 0; i < list.length; i++) shown[i] = impressions(query, pool, list[i] ?? 0);
      return fatigue(list, shown, places);
    },
  };
}
