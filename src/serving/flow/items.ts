/** Numbers for the ids of what is recommended. A table that stands for all requests, or one made for a request. */
export interface Items {
  /** The id of an item number that this table gave out. */
  idOf(item: number): string;
  /** The item number of an id, or -1. */
  find(id: string): number;
}
