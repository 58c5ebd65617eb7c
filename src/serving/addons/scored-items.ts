/** Items with their scores, best first unless it says otherwise. The arrays hold until their recommender is asked again. */
export interface ScoredItems {
  readonly items: Uint32Array;
  readonly scores: Float64Array;
  readonly count: number;
  readonly unordered?: boolean;
}

export const NO_ITEMS: ScoredItems = { items: new Uint32Array(), scores: new Float64Array(), count: 0 };
