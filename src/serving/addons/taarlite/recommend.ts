import type { Mode } from './mode.ts';
import { scoreKey } from './score-key.ts';
import type { TaarliteIndex } from './taarlite-index.ts';

/** How many answers are wanted, and how many candidates of an add-on are looked at. */
export interface TaarliteLimits {
  readonly maxResults: number;
  readonly truncate: number;
}

/** A recommended add-on, its score and the text that placed it. */
export interface Recommendation {
  readonly guid: string;
  readonly score: number;
  readonly key: string;
}

interface Candidate {
  readonly addon: number;
  readonly score: number;
}

/**
 * The add-ons that go with one, best first, at most `maxResults` (spec/taar-serving.md section 5.8): the heaviest
 * `truncate` pairs are scored, twice the limit of them kept by score, and those ordered by the text key. Both orders
 * are stable. An unknown add-on has none.
 */
export function recommend(
  index: TaarliteIndex,
  guid: string,
  mode: Mode,
  { maxResults, truncate }: TaarliteLimits,
): readonly Recommendation[] {
  const addon = index.numbers.find(guid);
  if (addon === -1) return [];
  return score(index, addon, mode, truncate)
    .sort((a, b) => b.score - a.score)
    .slice(0, 2 * maxResults)
    .map((candidate) => ({
      ...candidate,
      key: scoreKey(candidate.score, index.installs[candidate.addon] ?? 0),
    }))
    .sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? 1 : -1))
    .slice(0, maxResults)
    .map(({ addon: chosen, score: value, key }) => ({ guid: index.guids.at(chosen), score: value, key }));
}

function score(index: TaarliteIndex, addon: number, mode: Mode, truncate: number): Candidate[] {
  const start = addon === 0 ? 0 : (index.rowEnds[addon - 1] ?? 0);
  const end = Math.min(index.rowEnds[addon] ?? start, start + truncate);
  const partners = index.partners.subarray(start, end);
  const counts = index.counts.subarray(start, end);
  const scoreOf = scorer(index, mode, partners, counts);
  const candidates: Candidate[] = [];
  for (const [i, partner] of partners.entries()) {
    const value = scoreOf(partner, counts[i] ?? 0);
    if (value !== undefined) candidates.push({ addon: partner, score: value });
  }
  return candidates;
}

/** The score of a partner with its count; undefined leaves the partner out. The order of operations is TAAR's. */
type Scorer = (partner: number, count: number) => number | undefined;

function scorer(index: TaarliteIndex, mode: Mode, partners: Uint32Array, counts: Float64Array): Scorer {
  const total = counts.reduce((sum, count) => sum + count, 0);
  switch (mode) {
    case 'none':
      return (_partner, count) => count;
    case 'row_count':
      return (partner, count) => count / (index.rowsWith[partner] ?? 0);
    case 'row_sum':
      return (partner, count) => count / (index.countSums[partner] ?? 0);
    case 'rownorm_sum':
      return (partner, count) => {
        const shares = index.shareSums[partner] ?? 0;
        return shares === 0 ? undefined : count / total / shares;
      };
    case 'guidception':
      return guidception(index, partners, counts, total);
  }
}

/**
 * The closed form of TAAR's three levels of recursion, which cost the cube of the row's length:
 * (n × count / total + e) / sum of those over the row, where e is 1 for a partner that has a row of its own.
 */
function guidception(
  index: TaarliteIndex,
  partners: Uint32Array,
  counts: Float64Array,
  total: number,
): Scorer {
  const weigh = (partner: number, count: number): number =>
    (partners.length * count) / total + (index.hasRow[partner] ?? 0);
  let sum = 0;
  for (const [i, partner] of partners.entries()) sum += weigh(partner, counts[i] ?? 0);
  return (partner, count) => weigh(partner, count) / sum;
}
