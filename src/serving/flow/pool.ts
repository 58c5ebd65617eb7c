import type { SourceList } from './component.ts';
import type { Reason } from './reason.ts';

/** No further occurrence of the item, or no rank. */
export const NONE = -1;

/** Entry numbers of a pool, in order of preference. A component returns a new one and never writes to what it got. */
export type EntryList = Int32Array;

/**
 * The candidates of one request in columns: one entry for each item that each source gave. Lists of candidates are
 * entry numbers, so that no object is made for what is not served.
 */
export class CandidatePool {
  readonly size: number;
  /** Item number. */
  readonly item: Int32Array;
  /** Index of the source in the flow's list of sources. */
  readonly source: Int32Array;
  /** Place in the source, from 0, or NONE where it gave no order; first-N counts it anew among those that passed the filters. */
  readonly rank: Int32Array;
  /** What the source gave; NaN: no score. Scores of two sources cannot be compared. */
  readonly sourceScore: Float64Array;
  /** The score that orders now; steps rewrite it. */
  readonly score: Float64Array;
  #merged: Int32Array | undefined;
  /** Only of entries that were drawn, which are few. */
  readonly #probability = new Map<number, number>();
  #reasons: Map<number, Reason[]> | undefined;

  /** `lists[i]` is what source i gave, undefined where it gave nothing. */
  constructor(lists: readonly (SourceList | undefined)[]) {
    let size = 0;
    for (const list of lists) size += list?.count ?? 0;
    this.size = size;
    this.item = new Int32Array(size);
    this.source = new Int32Array(size);
    this.rank = new Int32Array(size);
    this.sourceScore = new Float64Array(size);
    let entry = 0;
    for (const [source, list] of lists.entries()) {
      if (list === undefined) continue;
      this.#copy(list, source, entry);
      entry += list.count;
    }
    this.score = this.sourceScore.slice();
  }

  #copy({ items, scores, count, unordered }: SourceList, source: number, from: number): void {
    const { item, rank, sourceScore } = this;
    if (items instanceof Int32Array || items instanceof Uint32Array) item.set(items.subarray(0, count), from);
    else for (let i = 0; i < count; i++) item[from + i] = items[i] ?? NONE;
    if (scores instanceof Float64Array && scores.length >= count) {
      sourceScore.set(scores.subarray(0, count), from);
    } else for (let i = 0; i < count; i++) sourceScore[from + i] = scores[i] ?? Number.NaN;
    if (unordered) rank.fill(NONE, from, from + count);
    else for (let i = 0; i < count; i++) rank[from + i] = i;
    this.source.fill(source, from, from + count);
  }

  /** All entries, source after source. */
  all(): EntryList {
    const list = new Int32Array(this.size);
    for (let entry = 0; entry < list.length; entry++) list[entry] = entry;
    return list;
  }

  /** Says that `other` is the same item as `entry`, which stays: its source's score and rank are served with it. */
  merge(entry: number, other: number): void {
    this.#merged ??= new Int32Array(this.size).fill(NONE);
    let last = entry;
    for (let next = this.mergedInto(last); next !== NONE; next = this.mergedInto(last)) last = next;
    this.#merged[last] = other;
  }

  /** The next occurrence merged into an entry, or NONE. */
  mergedInto(entry: number): number {
    return this.#merged?.[entry] ?? NONE;
  }

  /** Notes with which probability a draw put the entry at its place. */
  setProbability(entry: number, probability: number): void {
    this.#probability.set(entry, probability);
  }

  /** The probability noted for an entry; null where nothing was drawn. */
  probabilityOf(entry: number): number | null {
    return this.#probability.get(entry) ?? null;
  }

  /** Adds a reason to an entry. */
  addReason(entry: number, reason: Reason): void {
    this.#reasons ??= new Map();
    const reasons = this.#reasons.get(entry);
    if (reasons === undefined) this.#reasons.set(entry, [reason]);
    else reasons.push(reason);
  }

  /** The reasons that steps gave an entry. */
  reasonsOf(entry: number): readonly Reason[] {
    return this.#reasons?.get(entry) ?? [];
  }
}
