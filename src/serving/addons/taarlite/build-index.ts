import type { CoinstallModel } from '../../../models/coinstall.ts';
import type { Counts } from '../../../models/counts.ts';
import type { RankingModel } from '../../../models/ranking.ts';
import type { Section } from '../../../models/snapshot.ts';
import { encodeTaarliteIndex, type TaarliteArrays } from './taarlite-index.ts';

/** A pair counts for recommendations from this share of the mean installs of an add-on on. */
const MIN_INSTALLS_SHARE = 0.05;

/**
 * The threshold that a pair's count must reach (spec/taar-serving.md section 5.8; it compares pairs with installs,
 * which is how TAAR does it): 5 % of the mean of all installs, 0 for an empty ranking.
 */
export function minInstalls({ installs }: RankingModel): number {
  if (installs.length === 0) return 0;
  return MIN_INSTALLS_SHARE * (sumOf(installs, 0, installs.length) / installs.length);
}

/** The index of two models that have been checked. Sums run in the order of rows, as TAAR's do. */
export function buildTaarliteIndex(coinstall: CoinstallModel, ranking: RankingModel): TaarliteArrays {
  return {
    ...filteredRows(coinstall, minInstalls(ranking)),
    ...pairSums(coinstall),
    installs: installsOf(coinstall, ranking),
  };
}

/** The same, as the sections in which it travels. */
export function taarliteSections(coinstall: CoinstallModel, ranking: RankingModel): readonly Section[] {
  return encodeTaarliteIndex(coinstall.guids, buildTaarliteIndex(coinstall, ranking));
}

type FilteredRows = Pick<TaarliteArrays, 'rowEnds' | 'partners' | 'counts'>;

/** Each row's entries from the threshold on, by descending count; equal ones keep their order. */
function filteredRows(
  { guids, rowStarts, partners, counts }: CoinstallModel,
  threshold: number,
): FilteredRows {
  const kept = new Uint32Array(counts.length);
  const rowEnds = new Uint32Array(guids.size);
  let end = 0;
  for (let row = 0; row < guids.size; row++) {
    const start = end;
    // Add-ons from the last row on are only partners: there the two ends are equal, and beyond, undefined.
    for (let i = rowStarts[row] ?? 0; i < (rowStarts[row + 1] ?? 0); i++) {
      if ((counts[i] ?? 0) >= threshold) kept[end++] = i;
    }
    kept.subarray(start, end).sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b);
    rowEnds[row] = end;
  }
  const entries = kept.subarray(0, end);
  return {
    rowEnds,
    partners: entries.map((i) => partners[i] ?? 0),
    counts: Float64Array.from(entries, (i) => counts[i] ?? 0),
  };
}

type PairSums = Pick<TaarliteArrays, 'rowsWith' | 'countSums' | 'shareSums' | 'hasRow'>;

function pairSums({ guids, rowStarts, partners, counts }: CoinstallModel): PairSums {
  const sums = {
    rowsWith: new Uint32Array(guids.size),
    countSums: new Float64Array(guids.size),
    shareSums: new Float64Array(guids.size),
    hasRow: new Uint8Array(guids.size),
  };
  for (let row = 0; row < rowStarts.length - 1; row++) {
    const start = rowStarts[row] ?? 0;
    const end = rowStarts[row + 1] ?? 0;
    const total = sumOf(counts, start, end);
    if (end > start) sums.hasRow[row] = 1;
    for (let i = start; i < end; i++) {
      const partner = partners[i] ?? 0;
      const count = counts[i] ?? 0;
      sums.rowsWith[partner] = (sums.rowsWith[partner] ?? 0) + 1;
      sums.countSums[partner] = (sums.countSums[partner] ?? 0) + count;
      sums.shareSums[partner] = (sums.shareSums[partner] ?? 0) + count / total;
    }
  }
  return sums;
}

function installsOf({ guids }: CoinstallModel, ranking: RankingModel): Float64Array {
  const known = new Map(ranking.guids.toArray().map((guid, i) => [guid, ranking.installs[i] ?? 0]));
  return Float64Array.from(guids.toArray(), (guid) => known.get(guid) ?? 0);
}

function sumOf(counts: Counts, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += counts[i] ?? 0;
  return sum;
}
