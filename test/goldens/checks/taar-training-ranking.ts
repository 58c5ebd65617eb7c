import { rankingModel } from '../../../src/trainers/addons/ranking.ts';
import type { GoldenCheck } from '../golden.ts';
import { reportRanking } from '../training-artifacts.ts';
import { type ProfilesGolden, trainingProfiles } from '../training-rows.ts';

interface RankingGolden {
  readonly expected_guid_install_ranking: Readonly<Record<string, number>>;
}

/** Install ranking: one row per (row, add-on); a row without a client id counts 0 (spec/taar-training.md section 8). */
export const check: GoldenCheck = {
  file: 'taar-training/ranking',
  async run(data, report, files) {
    const { expected_guid_install_ranking: expected } = data as RankingGolden;
    const { rows } = (await files.load('taar-training/profiles')) as ProfilesGolden;
    reportRanking(report, rankingModel(trainingProfiles(rows)), expected);
  },
};
