import { type CoinstallModel, coinstallToMap } from '../../src/models/coinstall.ts';
import { type RankingModel, rankingToMap } from '../../src/models/ranking.ts';
import type { GoldenReport } from './golden.ts';

type CountsByGuid = Readonly<Record<string, number>>;

/** One case for each guid, and one each for the set of guids, for symmetry, and for no self entry and no zero. */
export function reportCoinstall(
  report: GoldenReport,
  model: CoinstallModel,
  expected: Readonly<Record<string, CountsByGuid>>,
): void {
  const actual = Object.fromEntries(
    [...coinstallToMap(model)].map(([guid, row]) => [guid, Object.fromEntries(row)]),
  );
  report.equal('guids', Object.keys(actual).sort(), Object.keys(expected).sort());
  for (const guid of Object.keys(expected)) report.equal(guid, actual[guid], expected[guid]);
  const entries = Object.entries(actual).flatMap(([a, row]) =>
    Object.entries(row).map(([b, count]) => ({ a, b, count })),
  );
  const symmetric = entries.every(({ a, b, count }) => actual[b]?.[a] === count);
  report.check('symmetric', entries.length > 0 && symmetric);
  report.check(
    'no self entry, no zero',
    entries.every(({ a, b, count }) => a !== b && count > 0),
  );
}

/** One case for each guid, and one for the set of guids. */
export function reportRanking(report: GoldenReport, model: RankingModel, expected: CountsByGuid): void {
  const actual = Object.fromEntries(rankingToMap(model));
  report.equal('guids', Object.keys(actual).sort(), Object.keys(expected).sort());
  for (const guid of Object.keys(expected)) report.equal(guid, actual[guid], expected[guid]);
}
