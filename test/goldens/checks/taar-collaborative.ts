import { addonHash, positiveHash } from '../../../src/domain/addon-hash.ts';
import { type AddonArtifacts, addonModels } from '../../serving/addon-models.ts';
import type { GoldenCheck } from '../golden.ts';
import { checkPairs, type Pair, pairsOf, SUMMED } from '../near.ts';
import { featuresOf, NO_ID_IS_NEEDED, type TaarProfile } from '../taar-profile.ts';

interface Golden {
  readonly hash_vectors: readonly {
    readonly guid: string;
    readonly java_string_hashcode: number;
    readonly positive_hash: number;
  }[];
  readonly models: Readonly<Record<string, AddonArtifacts>>;
  readonly cases: readonly {
    readonly id: string;
    readonly model: string;
    readonly profile: TaarProfile;
    readonly limit: number;
    readonly can_recommend: boolean;
    readonly expected: readonly Pair[] | null;
    readonly error: string | null;
  }[];
}

/** The models go the whole way: artifact, model, snapshot, index, views. */
export const check: GoldenCheck = {
  file: 'taar/collaborative',
  run(data, report) {
    const golden = data as Golden;
    for (const { guid, java_string_hashcode, positive_hash } of golden.hash_vectors) {
      report.equal(
        `hash of ${guid}`,
        [addonHash(guid), positiveHash(guid)],
        [java_string_hashcode, positive_hash],
      );
    }
    const models = new Map(Object.entries(golden.models).map(([name, parts]) => [name, addonModels(parts)]));
    for (const one of golden.cases) {
      const model = models.get(one.model);
      const { installed } = featuresOf(one.profile);
      const can = model?.collaborative?.canRecommend(installed) ?? false;
      report.equal(`${one.id} can`, can, one.can_recommend);
      if (!can || model?.collaborative === undefined) continue;
      const found = pairsOf(model.items, model.collaborative.recommend(installed, one.limit));
      if (one.error === 'KeyError' && one.profile.client_id === undefined) {
        report.rule(NO_ID_IS_NEEDED);
        report.check(one.id, found.length > 0 && found.length <= one.limit);
      } else {
        checkPairs(report, one.id, found, one.expected ?? [], SUMMED);
      }
    }
  },
};
