import type { Kernel, RunningKernel } from '../../domain/kernel.ts';
import { orderByScore } from './order.ts';
import type { CandidatePool, EntryList } from './pool.ts';
import { roomFor } from './reused.ts';

/** The compiled loops, made of ranking.as.ts. */
export const RANKING_KERNEL = new URL('./ranking.wasm', import.meta.url);

/** The functions of ranking.as.ts. */
interface RankingLoops {
  /** Adds up a list of so many entries of a pool of `size`; how many items there are, or what is wrong. */
  sumUp(length: number, size: number, tableSize: number): number;
  /** Orders so many kept entries; 0 where that would take long this way. */
  order(count: number): number;
}

type Running = RunningKernel<ReturnType<typeof columnsFor>, RankingLoops>;

const NO_WEIGHT = -1;
const NO_SUCH_ITEM = -2;
const NOTHING: EntryList = new Int32Array(0);

/**
 * Ranks items by the weighted sum of what their sources gave. Its memory is used again at each call; a call never
 * waits, so no other one can see it. For items of a standing table, whose numbers are small.
 */
export class WeightedSums {
  readonly #kernel: Kernel;
  #running: Running | undefined;

  /** @param kernel of `RANKING_KERNEL` */
  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * One entry for each item, the others merged into it, by their sums, equal ones by item number. Nothing where a source
   * of the list has no weight.
   * @param weights by the number of the source; NaN: it has none
   * @param items how many the table has
   * @throws RangeError for an item beyond it
   */
  order(pool: CandidatePool, list: EntryList, weights: readonly number[], items: number): EntryList {
    if (list.length === 0) return NOTHING;
    const { call, columns } = this.#roomFor(pool.size, weights.length, items);
    const { size } = pool;
    columns.list.set(list);
    columns.item.set(pool.item.subarray(0, size));
    columns.source.set(pool.source.subarray(0, size));
    columns.sourceScore.set(pool.sourceScore.subarray(0, size));
    columns.weights.set(weights);
    const count = call.sumUp(list.length, size, items);
    if (count === NO_WEIGHT) return NOTHING;
    if (count === NO_SUCH_ITEM) throw new RangeError(`a source gave an item that is not among the ${items}`);
    pool.score.set(columns.score.subarray(0, size));
    pool.mergeAll(columns.merged.subarray(0, size));
    if (call.order(count) === 1) {
      const ordered = pool.newList(count);
      ordered.set(columns.ordered.subarray(0, count));
      return ordered;
    }
    return orderByScore(columns.kept.subarray(0, count), pool.score, pool.item);
  }

  #roomFor(entries: number, sources: number, items: number): Running {
    const running = this.#running;
    const fits =
      running !== undefined &&
      running.columns.size >= entries &&
      running.columns.weights.length >= sources &&
      running.columns.slots.length >= items;
    if (fits) return running;
    this.#running = this.#kernel.start(columnsFor(roomFor(entries), sources, roomFor(items)));
    return this.#running;
  }
}

/** In the order of Slot in ranking.as.ts. */
function columnsFor(size: number, sources: number, items: number) {
  return {
    size,
    list: new Int32Array(size),
    item: new Int32Array(size),
    source: new Int32Array(size),
    sourceScore: new Float64Array(size),
    score: new Float64Array(size),
    merged: new Int32Array(size),
    weights: new Float64Array(sources),
    /** By item: its first entry plus one, during a call. */
    slots: new Int32Array(items),
    kept: new Int32Array(size),
    stepOf: new Int32Array(size),
    starts: new Int32Array(size + 1),
    ordered: new Int32Array(size),
    heights: new Float64Array(size),
  };
}
