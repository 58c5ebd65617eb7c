/** Items with their scores, best first. The arrays belong to the caller. */
export interface ScoredItems {
  readonly items: Uint32Array;
  readonly scores: Float64Array;
  readonly count: number;
}

export const NO_ITEMS: ScoredItems = { items: new Uint32Array(), scores: new Float64Array(), count: 0 };
