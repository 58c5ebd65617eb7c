import { coinstallModel } from '../../../src/trainers/addons/coinstall.ts';
import type { GoldenCheck } from '../golden.ts';
import { reportCoinstall } from '../training-artifacts.ts';
import { type ProfilesGolden, trainingProfiles } from '../training-rows.ts';

interface GuidGuidGolden {
  readonly expected_guid_coinstallation: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Co-installation with sampling 1.0 (spec/taar-training.md section 7). */
export const check: GoldenCheck = {
  file: 'taar-training/guidguid',
  async run(data, report, files) {
    const { expected_guid_coinstallation: expected } = data as GuidGuidGolden;
    const { rows, addons_database_webext } = (await files.load('taar-training/profiles')) as ProfilesGolden;
    const counts = coinstallModel({
      profiles: trainingProfiles(rows),
      webExtensions: new Set(addons_database_webext),
      minPairCount: 1,
    });
    reportCoinstall(report, counts, expected);
  },
};
