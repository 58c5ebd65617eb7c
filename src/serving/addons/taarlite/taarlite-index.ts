import type { Section, Sections } from '../../../models/snapshot.ts';
import { buildStringIndex, StringIndex } from '../../../models/string-index.ts';
import { StringTable } from '../../../models/string-table.ts';

/**
 * All that a TAARlite request looks up, by the number of an add-on (spec/taar-serving.md section 5.8). The partners
 * of add-on i stand in `partners` and `counts` from `rowEnds[i - 1]` (0 for the first) to `rowEnds[i]`.
 */
export interface TaarliteArrays {
  /** Ends of the rows of partners whose count reaches the threshold, each row by descending count. */
  readonly rowEnds: Uint32Array;
  readonly partners: Uint32Array;
  readonly counts: Float64Array;
  /** Installs of each add-on; 0 where the ranking does not know it. */
  readonly installs: Float64Array;
  /** Of all pairs, those below the threshold too: how many rows an add-on is in … */
  readonly rowsWith: Uint32Array;
  /** … the sum of its counts in them … */
  readonly countSums: Float64Array;
  /** … and the sum of its shares of each of them. */
  readonly shareSums: Float64Array;
  /** 1 where the add-on has a row of its own, before the threshold. */
  readonly hasRow: Uint8Array;
}

export interface TaarliteIndex extends TaarliteArrays {
  readonly guids: StringTable;
  /** The number of a guid. */
  readonly numbers: StringIndex;
}

/** The sections in which an index travels from the thread that builds it to the one that answers. */
export function encodeTaarliteIndex(guids: StringTable, arrays: TaarliteArrays): readonly Section[] {
  const { rowEnds, partners, counts, installs, rowsWith, countSums, shareSums, hasRow } = arrays;
  const vectors: readonly Omit<Section, 'shape'>[] = [
    { name: 'rowEnds', type: 'u32', data: rowEnds },
    { name: 'partners', type: 'u32', data: partners },
    { name: 'counts', type: 'f64', data: counts },
    { name: 'installs', type: 'f64', data: installs },
    { name: 'rowsWith', type: 'u32', data: rowsWith },
    { name: 'countSums', type: 'f64', data: countSums },
    { name: 'shareSums', type: 'f64', data: shareSums },
    { name: 'hasRow', type: 'u8', data: hasRow },
  ];
  return [
    ...guids.encode('guids'),
    ...buildStringIndex('numbers', guids),
    ...vectors.map((vector) => ({ ...vector, shape: [vector.data.length] })),
  ];
}

/** An index as views on its sections. @throws TaarError `model-invalid` (halt) where one is missing */
export function viewTaarliteIndex(sections: Sections): TaarliteIndex {
  const guids = StringTable.view('guids', sections);
  return {
    guids,
    numbers: new StringIndex('numbers', sections, guids),
    rowEnds: sections.u32('rowEnds'),
    partners: sections.u32('partners'),
    counts: sections.f64('counts'),
    installs: sections.f64('installs'),
    rowsWith: sections.u32('rowsWith'),
    countSums: sections.f64('countSums'),
    shareSums: sections.f64('shareSums'),
    hasRow: sections.u8('hasRow'),
  };
}
