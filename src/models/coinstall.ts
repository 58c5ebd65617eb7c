import { type Counts, checkCounts, countsOf, encodeCounts, viewCounts } from './counts.ts';
import type { ModelKind } from './model-kind.ts';
import { checkLength, checkRows, modelInvalid } from './rows.ts';
import type { Section, Sections } from './snapshot.ts';
import { buildStringIndex } from './string-index.ts';
import { StringTable } from './string-table.ts';

/**
 * How many clients have both of two add-ons (spec/taar-training.md section 7): rows of (partner, count).
 * The order of the rows and of the entries of a row is significant, since it decides ties; the trainer emits guids
 * ascending by code point. Symmetry is not required.
 */
export interface CoinstallModel {
  /** The add-ons: first one for each row, in row order, then those that are only partners. */
  readonly guids: StringTable;
  /** Row r has the entries from rowStarts[r] to rowStarts[r + 1]; one element more than rows. */
  readonly rowStarts: Uint32Array;
  /**
   * An entry's partner, as its number in `guids`; never twice in a row. Ours are never the row itself; artifacts
   * that were made elsewhere may hold that, and the answers keep it (spec/taar-serving.md section 5.8).
   */
  readonly partners: Uint32Array;
  /** An entry's count, at least 1. */
  readonly counts: Counts;
}

const NAMES = {
  guids: 'guids',
  rowStarts: 'row_starts',
  partners: 'partners',
  counts: 'counts',
} as const;

export const COINSTALL: ModelKind<CoinstallModel> = {
  name: 'coinstall',
  formatVersion: 1,

  encode(model: CoinstallModel): readonly Section[] {
    const { rowStarts, partners } = model;
    return [
      ...model.guids.encode(NAMES.guids),
      { name: NAMES.rowStarts, type: 'u32', shape: [rowStarts.length], data: rowStarts },
      { name: NAMES.partners, type: 'u32', shape: [partners.length], data: partners },
      encodeCounts(NAMES.counts, model.counts),
    ];
  },

  decode(sections: Sections): CoinstallModel {
    const model = { ...COINSTALL.view(sections), guids: StringTable.decode(NAMES.guids, sections) };
    // Building the index is the check that no add-on stands twice.
    buildStringIndex(NAMES.guids, model.guids);
    checkTable(model);
    checkEntries(model);
    checkCounts('coinstall counts', model.counts, 1);
    return model;
  },

  view(sections: Sections): CoinstallModel {
    return {
      guids: StringTable.view(NAMES.guids, sections),
      rowStarts: sections.u32(NAMES.rowStarts),
      partners: sections.u32(NAMES.partners),
      counts: viewCounts(NAMES.counts, sections),
    };
  },
};

/** The number of rows; guids from that number on are only partners. */
export function rowsOf(model: CoinstallModel): number {
  return model.rowStarts.length - 1;
}

/**
 * A model from rows in order, as the JSON artifact has them.
 * @throws TaarError `model-invalid` (halt) for a count that is no whole number of at least 1
 */
export function coinstallFromMap(rows: ReadonlyMap<string, ReadonlyMap<string, number>>): CoinstallModel {
  const numbers = new Map([...rows.keys()].map((guid, i) => [guid, i]));
  const rowStarts = new Uint32Array(rows.size + 1);
  const partners: number[] = [];
  const counts: number[] = [];
  let row = 0;
  for (const entries of rows.values()) {
    for (const [guid, count] of entries) {
      const number = numbers.get(guid) ?? numbers.size;
      numbers.set(guid, number);
      partners.push(number);
      counts.push(count);
    }
    rowStarts[++row] = partners.length;
  }
  return {
    guids: StringTable.of([...numbers.keys()]),
    rowStarts,
    partners: Uint32Array.from(partners),
    counts: countsOf('coinstall counts', counts, 1),
  };
}

/** The rows in order, as the JSON artifact has them. */
export function coinstallToMap(model: CoinstallModel): Map<string, Map<string, number>> {
  const guids = model.guids.toArray();
  const rows = new Map<string, Map<string, number>>();
  for (let row = 0; row < rowsOf(model); row++) {
    const entries = new Map<string, number>();
    for (let i = model.rowStarts[row] ?? 0; i < (model.rowStarts[row + 1] ?? 0); i++) {
      entries.set(guids[model.partners[i] ?? 0] ?? '', model.counts[i] ?? 0);
    }
    rows.set(guids[row] ?? '', entries);
  }
  return rows;
}

function checkTable({ guids, rowStarts, partners, counts }: CoinstallModel): void {
  checkRows('coinstall model', rowStarts, partners, guids.size);
  checkLength('coinstall counts', counts.length, partners.length);
  if (rowStarts.length - 1 > guids.size)
    throw modelInvalid('coinstall model', 'it has more rows than add-ons');
}

function checkEntries({ guids, rowStarts, partners }: CoinstallModel): void {
  // The last row in which each partner was seen, plus one.
  const seenIn = new Uint32Array(guids.size);
  for (let row = 0; row < rowStarts.length - 1; row++) {
    const end = rowStarts[row + 1] ?? 0;
    for (let i = rowStarts[row] ?? 0; i < end; i++) {
      const partner = partners[i] ?? 0;
      if (seenIn[partner] === row + 1) {
        throw modelInvalid('coinstall model', `row ${row} has partner ${partner} twice`);
      }
      seenIn[partner] = row + 1;
    }
  }
}
