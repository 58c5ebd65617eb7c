import type { CollaborativeModel } from '../../../models/collaborative.ts';
import type { Section, Sections } from '../../../models/snapshot.ts';
import { arraySections } from '../index-sections.ts';
import type { ItemNumbers } from '../items.ts';

const PART = 'collaborative';

/** Rows that are scored side by side: one sum alone waits for each addition before the next. */
export const ROWS_IN_BLOCK = 8;

/** What collaborative scoring looks up (spec/taar-serving.md section 5.1). */
export interface CollaborativeIndex {
  /** Hashes that stand in the matrix, ascending; hash h has the rows from rowStarts[h] to rowStarts[h + 1]. */
  readonly hashes: Float64Array;
  readonly rowStarts: Uint32Array;
  readonly hashRows: Uint32Array;
  /** The rows that may be recommended, in the matrix's order, and the item of each. */
  readonly rows: Uint32Array;
  readonly items: Uint32Array;
  /** 1 where another row stands for the same item: the first gives its place, the last its score. */
  readonly isShared: Uint8Array;
  /** The features of those rows, block after block: factor after factor of all rows of a block. */
  readonly blocks: Float64Array;
  /** The model's own: row after row. */
  readonly features: Float64Array;
  readonly factors: number;
}

export function collaborativeSections(model: CollaborativeModel, numbers: ItemNumbers): readonly Section[] {
  return arraySections(PART, { ...hashTable(model.ids), ...candidates(model, numbers) });
}

export function viewCollaborativeIndex(model: CollaborativeModel, sections: Sections): CollaborativeIndex {
  return {
    hashes: sections.f64(`${PART}.hashes`),
    rowStarts: sections.u32(`${PART}.rowStarts`),
    hashRows: sections.u32(`${PART}.hashRows`),
    rows: sections.u32(`${PART}.rows`),
    items: sections.u32(`${PART}.items`),
    isShared: sections.u8(`${PART}.isShared`),
    blocks: sections.f64(`${PART}.blocks`),
    features: model.features,
    factors: model.factors,
  };
}

function hashTable(ids: Float64Array) {
  const hashRows = Uint32Array.from(ids, (_, row) => row);
  hashRows.sort((a, b) => (ids[a] ?? 0) - (ids[b] ?? 0) || a - b);
  const hashes: number[] = [];
  const rowStarts: number[] = [];
  for (const [at, row] of hashRows.entries()) {
    const id = ids[row] ?? 0;
    if (hashes.at(-1) === id) continue;
    hashes.push(id);
    rowStarts.push(at);
  }
  rowStarts.push(hashRows.length);
  return { hashes: Float64Array.from(hashes), rowStarts: Uint32Array.from(rowStarts), hashRows };
}

function candidates(model: CollaborativeModel, numbers: ItemNumbers) {
  const { ids, mapping } = model;
  const entryOf = new Map(mapping.keys.toArray().map((key, entry) => [key, entry]));
  const itemOf = numbers.itemsOf(mapping.guids);
  const found = Array.from(ids, (id, row) => ({ row, entry: entryOf.get(String(id)) ?? -1 })).filter(
    ({ entry }) => entry !== -1 && isWebExtension(mapping.webExtensions.at(entry)),
  );
  const items = Uint32Array.from(found, ({ entry }) => itemOf[entry] ?? 0);
  const rowsOf = new Uint32Array(numbers.size);
  for (const item of items) rowsOf[item] = (rowsOf[item] ?? 0) + 1;
  const rows = Uint32Array.from(found, ({ row }) => row);
  return {
    rows,
    blocks: blocksOf(rows, model),
    items,
    isShared: Uint8Array.from(items, (item) => ((rowsOf[item] ?? 0) > 1 ? 1 : 0)),
  };
}

function blocksOf(rows: Uint32Array, { features, factors }: CollaborativeModel): Float64Array {
  const blocks = new Float64Array(Math.ceil(rows.length / ROWS_IN_BLOCK) * ROWS_IN_BLOCK * factors);
  for (const [i, row] of rows.entries()) {
    const block = Math.floor(i / ROWS_IN_BLOCK) * ROWS_IN_BLOCK * factors;
    for (let j = 0; j < factors; j++) {
      blocks[block + j * ROWS_IN_BLOCK + (i % ROWS_IN_BLOCK)] = features[row * factors + j] ?? 0;
    }
  }
  return blocks;
}

/** Only false and absence say no: TAAR tests for identity with False. */
function isWebExtension(json: string): boolean {
  return json !== '' && json !== 'false';
}
