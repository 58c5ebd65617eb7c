/** An add-on and how strongly a recommender is for it. */
export type ScoredAddon = readonly [guid: string, score: number];

/**
 * What a list costs of which one add-on is the right one (spec/taar-training.md section 11.5), in bits: the mean over
 * the right one's scores w of log2(1 + 1/w) and the mean over the others' of log2(1 + w), halved. 0 where the list lacks
 * the right one, or anything beside it: so only a list that hits costs, and a weak hit costs more than a strong one.
 * Scores that are negative, no number, or so far out that the logarithm loses them do not count.
 */
export function cllr(list: readonly ScoredAddon[], right: string): number {
  const on = list.filter(([guid]) => guid === right).map(([, score]) => termOf(score, 1 / score));
  const off = list.filter(([guid]) => guid !== right).map(([, score]) => termOf(score, score));
  const both = [on, off].map((terms) => mean(terms.filter((term) => term !== undefined)));
  const [hit, others] = both;
  return hit === undefined || others === undefined ? 0 : (hit + others) / 2;
}

function termOf(score: number, odds: number): number | undefined {
  const isLost = Number.isNaN(score) || score < 0 || odds + 1 === odds;
  return isLost ? undefined : Math.log1p(odds) / Math.LN2;
}

function mean(terms: readonly number[]): number | undefined {
  if (terms.length === 0) return undefined;
  return terms.reduce((sum, term) => sum + term, 0) / terms.length;
}
