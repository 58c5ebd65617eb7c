/** Who has what: user u has the items from `starts[u]` to `starts[u + 1]`, ascending and none twice. */
export interface Interactions {
  readonly users: number;
  readonly items: number;
  readonly starts: Uint32Array;
  readonly itemOf: Uint32Array;
  /** How many users each row stands for, where equal rows were put together; left out: one each. */
  readonly multiplicity?: Float64Array | undefined;
}
