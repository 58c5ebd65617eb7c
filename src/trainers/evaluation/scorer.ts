/** A trained model, as evaluation asks it. */
export interface Scorer {
  /**
   * Writes a finite score for every item, larger is better; those of the user's own items do not matter.
   *
   * @param row of the user in the interactions that the model was trained on
   * @param own the user's items
   */
  score(row: number, own: Uint32Array, into: Float64Array): void;
  /** The models that this one is made of, to be judged beside it. */
  readonly parts?: readonly NamedScorer[];
}

export interface NamedScorer {
  readonly name: string;
  readonly scorer: Scorer;
}
