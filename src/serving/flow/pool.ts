import type { SourceList } from './component.ts';
import type { Reason } from './reason.ts';
import { ReusedInts, roomFor } from './reused.ts';

/** No further occurrence of the item, or no rank. */
export const NONE = -1;

/**
 * Entry numbers of a pool, in order of preference. A component returns a new one (`newList`) and never writes to what it
 * got.
 */
export type EntryList = Int32Array;

/**
 * The candidates of one request in columns: one entry for each item that each source gave. Lists of candidates are
 * entry numbers, so that no object is made for what is not served. Columns are longer than `size`; they and the lists
 * are used again for other requests, so no component may keep them beyond its call.
 */
export class CandidatePool {
  size = 0;
  /** Item number. */
  item = new Int32Array(0);
  /** Index of the source in the flow's list of sources. */
  source = new Int32Array(0);
  /** Place in the source, from 0, or NONE where it gave no order; first-N counts it anew among those that passed the filters. */
  rank = new Int32Array(0);
  /** What the source gave; NaN: no score. Scores of two sources cannot be compared. */
  sourceScore = new Float64Array(0);
  /** The score that orders now; steps rewrite it. */
  score = new Float64Array(0);
  #everyEntry = new Int32Array(0);
  #merged = new Int32Array(0);
  #hasMerged = false;
  readonly #lists: ReusedInts[] = [];
  #listsTaken = 0;
  /** NaN: not drawn. No map: one that lasts and is filled and emptied for each request keeps what it held alive. */
  #probability = new Float64Array(0);
  #hasProbability = false;
  #reasons: Map<number, Reason[]> | undefined;

  /** `lists[i]` is what source i gave, undefined where it gave nothing. */
  constructor(lists: readonly (SourceList | undefined)[] = []) {
    for (const [source, list] of lists.entries()) if (list !== undefined) this.add(list, source);
  }

  /** Forgets all entries, for another request. */
  clear(): void {
    this.size = 0;
    this.#listsTaken = 0;
    this.#hasMerged = false;
    this.#hasProbability = false;
    this.#reasons = undefined;
  }

  /** Copies what a source gave behind the entries that there are. */
  add({ items, scores, count, unordered }: SourceList, source: number): void {
    const from = this.size;
    const end = from + count;
    this.#reserve(end);
    const { item, rank, sourceScore } = this;
    if (items instanceof Int32Array || items instanceof Uint32Array) item.set(items.subarray(0, count), from);
    else for (let i = 0; i < count; i++) item[from + i] = items[i] ?? NONE;
    if (scores instanceof Float64Array && scores.length >= count) {
      sourceScore.set(scores.subarray(0, count), from);
    } else for (let i = 0; i < count; i++) sourceScore[from + i] = scores[i] ?? Number.NaN;
    this.score.set(sourceScore.subarray(from, end), from);
    if (unordered) rank.fill(NONE, from, end);
    else rank.set(this.#everyEntry.subarray(0, count), from);
    this.source.fill(source, from, end);
    this.size = end;
  }

  #reserve(size: number): void {
    if (size <= this.item.length) return;
    const room = roomFor(size);
    const ints = (old: Int32Array) => {
      const column = new Int32Array(room);
      column.set(old);
      return column;
    };
    const doubles = (old: Float64Array) => {
      const column = new Float64Array(room);
      column.set(old);
      return column;
    };
    this.item = ints(this.item);
    this.source = ints(this.source);
    this.rank = ints(this.rank);
    this.sourceScore = doubles(this.sourceScore);
    this.score = doubles(this.score);
    this.#probability = doubles(this.#probability);
    this.#merged = ints(this.#merged);
    this.#everyEntry = Int32Array.from({ length: room }, (_, entry) => entry);
  }

  /** All entries, source after source. */
  all(): EntryList {
    return this.#everyEntry.subarray(0, this.size);
  }

  /** A list to be written: it holds whatever it held for another request before. Another one at each call. */
  newList(length: number): EntryList {
    const nth = this.#listsTaken++;
    this.#lists[nth] ??= new ReusedInts();
    return this.#lists[nth].of(length);
  }

  /** Says that `other` is the same item as `entry`, which stays: its source's score and rank are served with it. */
  merge(entry: number, other: number): void {
    if (!this.#hasMerged) {
      this.#merged.fill(NONE, 0, this.size);
      this.#hasMerged = true;
    }
    const merged = this.#merged;
    let last = entry;
    for (let next = merged[last] ?? NONE; next !== NONE; next = merged[last] ?? NONE) last = next;
    merged[last] = other;
  }

  /** The same for all entries at once: for each the next occurrence merged into it, or NONE. Copied. */
  mergeAll(merged: Int32Array): void {
    this.#merged.set(merged);
    this.#hasMerged = true;
  }

  /** The next occurrence merged into an entry, or NONE. */
  mergedInto(entry: number): number {
    return this.#hasMerged ? (this.#merged[entry] ?? NONE) : NONE;
  }

  /** Notes with which probability a draw put the entry at its place. */
  setProbability(entry: number, probability: number): void {
    if (!this.#hasProbability) {
      this.#probability.fill(Number.NaN, 0, this.size);
      this.#hasProbability = true;
    }
    this.#probability[entry] = probability;
  }

  /** The probability noted for an entry; null where nothing was drawn. */
  probabilityOf(entry: number): number | null {
    const probability = this.#hasProbability ? (this.#probability[entry] ?? Number.NaN) : Number.NaN;
    return Number.isNaN(probability) ? null : probability;
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
    return this.#reasons?.get(entry) ?? NO_REASONS;
  }
}

const NO_REASONS: readonly Reason[] = [];
