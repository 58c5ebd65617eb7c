/** Numbers for the ids of what is recommended. A table that stands for all requests, or one made for a request. */
export interface Items {
  /** The id of an item number that this table gave out. */
  idOf(item: number): string;
  /** The item number of an id, or -1. */
  find(id: string): number;
}

/** Item numbers made as ids come in; for flows whose ids are in no standing table. */
export class InternedItems implements Items {
  readonly #numbers = new Map<string, number>();
  readonly #ids: string[] = [];

  /** The number of an id; a new one where the id is new. */
  add(id: string): number {
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    const item = this.#ids.length;
    this.#numbers.set(id, item);
    this.#ids.push(id);
    return item;
  }

  idOf(item: number): string {
    const id = this.#ids[item];
    if (id === undefined) throw new RangeError(`no item has number ${item}`);
    return id;
  }

  find(id: string): number {
    return this.#numbers.get(id) ?? -1;
  }
}
