import type { Section, Sections } from '../../models/snapshot.ts';
import { buildStringIndex, StringIndex } from '../../models/string-index.ts';
import { StringTable } from '../../models/string-table.ts';

const TABLE = 'items';
const NUMBERS = 'items.numbers';

/**
 * All add-ons of a model set, ascending by code point: an item is a number of this table, and comparing two items
 * compares their ids.
 */
export class AddonItems {
  readonly size: number;
  readonly #table: StringTable;
  readonly #numbers: StringIndex;
  /** Those that were asked for: some add-ons are in every second answer. */
  readonly #ids: (string | undefined)[];

  /** Views on what `buildAddonItems` made. */
  constructor(sections: Sections) {
    this.#table = StringTable.view(TABLE, sections);
    this.#numbers = new StringIndex(NUMBERS, sections, this.#table);
    this.size = this.#table.size;
    this.#ids = new Array(this.size);
  }

  /** The id of an item below `size`. */
  idOf(item: number): string {
    const known = this.#ids[item];
    if (known !== undefined) return known;
    const id = this.#table.at(item);
    this.#ids[item] = id;
    return id;
  }

  /** The item of an id; -1 where no model knows it. */
  find(id: string): number {
    return this.#numbers.find(id);
  }
}

/** The table while the indexes of a set are built. */
export interface ItemNumbers {
  readonly size: number;
  /** The items of all strings of one of the tables that the numbers were made of. */
  itemsOf(table: StringTable): Uint32Array;
  readonly sections: readonly Section[];
}

/** Numbers all add-ons of these tables. */
export function buildAddonItems(tables: readonly StringTable[]): ItemNumbers {
  const ids = new Set(tables.flatMap((table) => table.toArray()));
  // UTF-8 bytes order as code points do.
  const ordered = Array.from(ids, (id) => ({ id, bytes: Buffer.from(id) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ id }) => id);
  const numbers = new Map(ordered.map((id, item) => [id, item]));
  const table = StringTable.of(ordered);
  return {
    size: ordered.length,
    itemsOf: (guids) => Uint32Array.from(guids.toArray(), (guid) => numbers.get(guid) ?? 0),
    sections: [...table.encode(TABLE), ...buildStringIndex(NUMBERS, table)],
  };
}
