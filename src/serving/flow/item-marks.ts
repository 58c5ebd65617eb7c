/** Some items of a standing table, marked in a byte for each: every candidate is looked up, and a hash set is slower. */
export class ItemMarks {
  /** None twice. */
  readonly items: readonly number[];
  readonly #marks: Uint8Array;

  /** @param size how many items the table has */
  constructor(items: Iterable<number>, size: number) {
    this.items = [...new Set(items)];
    this.#marks = new Uint8Array(this.items.length === 0 ? 0 : size);
    for (const item of this.items) this.#marks[item] = 1;
  }

  /** A byte for each item of the table, 1 for those marked; none where nothing is. */
  get bytes(): Uint8Array {
    return this.#marks;
  }

  has(item: number): boolean {
    return this.#marks[item] === 1;
  }
}
