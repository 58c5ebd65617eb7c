import type { ClientFeatures } from '../../../src/domain/client-features.ts';
import { TaarError } from '../../../src/domain/errors.ts';
import { compareCodePoints } from '../../../src/domain/text-order.ts';
import {
  ENSEMBLE_MEMBERS,
  type EnsembleInput,
  type EnsembleMember,
} from '../../../src/serving/addons/ensemble/ensemble.ts';
import { localeOf } from '../../../src/serving/addons/locale/locale-lists.ts';
import { NO_ITEMS, type ScoredItems } from '../../../src/serving/addons/scored-items.ts';
import { isTestClient } from '../../../src/serving/addons/test-client.ts';
import { type AddonArtifacts, addonModels } from '../../serving/addon-models.ts';
import type { GoldenCheck, GoldenReport } from '../golden.ts';
import { checkPairs, type Pair, pairsOf, SUMMED } from '../near.ts';
import { featuresOf, NO_ID_IS_NEEDED, type TaarProfile } from '../taar-profile.ts';

interface GoldenCase {
  readonly id: string;
  readonly model: string;
  readonly profile: TaarProfile;
  readonly extra: { readonly locale?: string | null };
  readonly limit: number;
  readonly recommenders_used: Readonly<Record<EnsembleMember, boolean>>;
  readonly expected: readonly Pair[];
}

interface Golden {
  readonly models: Readonly<Record<string, AddonArtifacts>>;
  readonly cases: readonly GoldenCase[];
}

type Models = ReturnType<typeof addonModels>;

/** Where the original answers nothing since one recommender failed. */
const FAILED_IS_SKIPPED = 'a recommender that fails is skipped, the others still count';

export const check: GoldenCheck = {
  file: 'taar/ensemble',
  run(data, report) {
    const golden = data as Golden;
    const models = new Map(Object.entries(golden.models).map(([name, parts]) => [name, addonModels(parts)]));
    for (const one of golden.cases) {
      const model = models.get(one.model);
      if (model === undefined) report.check(one.id, false, `there is no model ${one.model}`);
      else checkCase(report, one, model);
    }
  },
};

function checkCase(report: GoldenReport, one: GoldenCase, models: Models): void {
  const id = one.profile.client_id;
  if (id !== undefined && isTestClient(id)) {
    const { allowlist } = models;
    const found = allowlist === undefined ? [] : pairsOf(models.items, allowlist.forTestClient(one.limit));
    checkPairs(report, one.id, found, one.expected, SUMMED);
    return;
  }
  const client = featuresOf(one.profile);
  const locale = localeOf(client.locale, one.extra.locale);
  const { input, used, failed } = recommendedBy(models, client, locale, one.limit + client.installed.length);
  report.equal(`${one.id} recommenders`, used, one.recommenders_used);
  const excluded = client.installed.map((guid) => models.items.find(guid));
  const found = pairsOf(models.items, models.ensemble.combine(input, models.weights, excluded, one.limit));
  if (failed || id === undefined) {
    report.rule(failed ? FAILED_IS_SKIPPED : NO_ID_IS_NEEDED);
    report.equal(`${one.id} in the original`, one.expected, []);
    checkPairs(report, one.id, found, plainSums(models, input, client.installed).slice(0, one.limit), SUMMED);
  } else {
    checkPairs(report, one.id, found, one.expected, SUMMED);
  }
}

/** The ensemble of those that answered, the slow way. */
function plainSums(models: Models, input: EnsembleInput, installed: readonly string[]): readonly Pair[] {
  const sums = new Map<string, number>();
  for (const name of ENSEMBLE_MEMBERS) {
    for (const [guid, score] of pairsOf(models.items, input[name] ?? NO_ITEMS)) {
      sums.set(guid, (sums.get(guid) ?? 0) + score * (models.weights?.get(name) ?? Number.NaN));
    }
  }
  return [...sums]
    .filter(([guid]) => !installed.includes(guid))
    .sort(([a, x], [b, y]) => y - x || compareCodePoints(a, b));
}

function recommendedBy(
  { collaborative, similarity, locale: lists }: Models,
  client: ClientFeatures,
  locale: string | undefined,
  limit: number,
): { input: EnsembleInput; used: Record<EnsembleMember, boolean>; failed: boolean } {
  const used = {
    collaborative: collaborative?.canRecommend(client.installed) ?? false,
    similarity: similarity?.canRecommend(client) ?? false,
    locale: lists?.canRecommend(locale) ?? false,
  };
  const input: Partial<Record<EnsembleMember, ScoredItems>> = {};
  let failed = false;
  if (used.collaborative && collaborative)
    input.collaborative = collaborative.recommend(client.installed, limit);
  if (used.locale && lists) input.locale = lists.recommend(locale, limit);
  try {
    if (used.similarity && similarity) input.similarity = similarity.recommend(client, limit);
  } catch (error) {
    if (!(error instanceof TaarError)) throw error;
    failed = true;
  }
  return { input, used, failed };
}
