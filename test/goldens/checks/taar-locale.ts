import { localeOf } from '../../../src/serving/addons/locale/locale-lists.ts';
import { type AddonArtifacts, addonModels } from '../../serving/addon-models.ts';
import type { GoldenCheck } from '../golden.ts';
import { checkPairs, NEARLY_EXACT, type Pair, pairsOf } from '../near.ts';
import { featuresOf, type TaarProfile } from '../taar-profile.ts';

interface Golden {
  readonly models: Readonly<Record<string, AddonArtifacts>>;
  readonly cases: readonly {
    readonly id: string;
    readonly model: string;
    readonly profile: TaarProfile;
    readonly extra: { readonly locale?: string | null };
    readonly limit: number;
    readonly can_recommend: boolean;
    readonly expected: readonly Pair[];
  }[];
}

export const check: GoldenCheck = {
  file: 'taar/locale',
  run(data, report) {
    const golden = data as Golden;
    const models = new Map(Object.entries(golden.models).map(([name, parts]) => [name, addonModels(parts)]));
    for (const one of golden.cases) {
      const model = models.get(one.model);
      if (model?.locale === undefined) {
        report.check(one.id, false, `there is no model ${one.model}`);
        continue;
      }
      const locale = localeOf(featuresOf(one.profile).locale, one.extra.locale);
      report.equal(`${one.id} can`, model.locale.canRecommend(locale), one.can_recommend);
      const found = pairsOf(model.items, model.locale.recommend(locale, one.limit));
      checkPairs(report, one.id, found, one.expected, NEARLY_EXACT);
    }
  },
};
