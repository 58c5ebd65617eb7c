import { compareCodePoints } from '../../../src/domain/text-order.ts';
import { type Asker, askerOf } from '../../../src/serving/addons/flow/asker.ts';
import { ENSEMBLE_MEMBERS, type EnsembleMember } from '../../../src/serving/addons/flow/members.ts';
import { ableMembers } from '../../../src/serving/addons/flow/sources.ts';
import type { AddonModels } from '../../../src/serving/addons/runtime.ts';
import { isTestClient } from '../../../src/serving/addons/test-client.ts';
import type { FlowResult } from '../../../src/serving/flow/flow-spec.ts';
import { type AddonArtifacts, addonModels } from '../../serving/addon-models.ts';
import { runUndrawn } from '../addon-flow.ts';
import type { GoldenCheck, GoldenReport } from '../golden.ts';
import { checkPairs, type Pair, SUMMED } from '../near.ts';
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

/** Where the original answers nothing since one recommender failed. */
const FAILED_IS_SKIPPED = 'a recommender that fails is skipped, the others still count';

export const check: GoldenCheck = {
  file: 'taar/ensemble',
  async run(data, report) {
    const golden = data as Golden;
    const models = new Map(Object.entries(golden.models).map(([name, parts]) => [name, addonModels(parts)]));
    for (const one of golden.cases) {
      const model = models.get(one.model);
      if (model === undefined) report.check(one.id, false, `there is no model ${one.model}`);
      else await checkCase(report, one, model);
    }
  },
};

async function checkCase(report: GoldenReport, one: GoldenCase, models: AddonModels): Promise<void> {
  const id = one.profile.client_id;
  const locale = one.extra.locale ?? undefined;
  const asker: Asker = {
    ...askerOf(models, featuresOf(one.profile), { locale, excluded: [], platform: undefined, asTaar: true }),
    limit: one.limit,
  };
  if (id !== undefined && isTestClient(id)) {
    checkPairs(report, one.id, pairsOf(await runUndrawn('test', asker)), one.expected, SUMMED);
    return;
  }
  const able = ableMembers(asker);
  const used = Object.fromEntries(ENSEMBLE_MEMBERS.map((name) => [name, able.includes(name)]));
  report.equal(`${one.id} recommenders`, used, one.recommenders_used);
  const result = await runUndrawn('personal', asker);
  const hasFailed = result.trace.guards.some(({ kind }) => kind === 'error');
  if (!hasFailed && id !== undefined) {
    checkPairs(report, one.id, pairsOf(result), one.expected, SUMMED);
    return;
  }
  report.rule(hasFailed ? FAILED_IS_SKIPPED : NO_ID_IS_NEEDED);
  report.equal(`${one.id} in the original`, one.expected, []);
  checkPairs(report, one.id, pairsOf(result), plainSums(asker, able), SUMMED);
}

function pairsOf({ items }: FlowResult): readonly Pair[] {
  return items.map(({ id, score }) => [id, score ?? Number.NaN]);
}

/** The ensemble of those that answer, the slow way. */
function plainSums(
  { models, features, locale, limit }: Asker,
  able: readonly EnsembleMember[],
): readonly Pair[] {
  const wanted = limit + features.installed.length;
  const ask = {
    collaborative: () => models.collaborative?.recommend(features.installed, wanted),
    similarity: () => models.similarity?.recommend(features, wanted),
    locale: () => models.locale?.recommend(locale, wanted),
  };
  const sums = new Map<string, number>();
  for (const name of able) {
    let found: ReturnType<(typeof ask)[EnsembleMember]>;
    try {
      found = ask[name]();
    } catch {
      continue;
    }
    for (let i = 0; i < (found?.count ?? 0); i++) {
      const guid = models.items.idOf(found?.items[i] ?? 0);
      const part = (found?.scores[i] ?? Number.NaN) * (models.weights?.get(name) ?? Number.NaN);
      sums.set(guid, (sums.get(guid) ?? 0) + part);
    }
  }
  return [...sums]
    .filter(([guid]) => !features.installed.includes(guid))
    .sort(([a, x], [b, y]) => y - x || compareCodePoints(a, b))
    .slice(0, limit);
}
