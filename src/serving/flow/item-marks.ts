/** Low bits of an item number that pick its bit of the sieve. */
const SIEVE_BITS = 31;

/**
 * A few items. Every candidate is looked up, so a sieve of 32 bits tells most of the others at once; a table by item
 * would be made anew for each request.
 */
export class ItemMarks {
  readonly items: ReadonlySet<number>;
  readonly #sieve: number;

  constructor(items: Iterable<number>) {
    this.items = new Set(items);
    let sieve = 0;
    for (const item of this.items) sieve |= 1 << (item & SIEVE_BITS);
    this.#sieve = sieve;
  }

  has(item: number): boolean {
    return ((this.#sieve >>> (item & SIEVE_BITS)) & 1) === 1 && this.items.has(item);
  }
}
