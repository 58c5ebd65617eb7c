import { TaarError } from '../../../src/domain/errors.ts';
import { type AddonArtifacts, addonModels } from '../../serving/addon-models.ts';
import type { GoldenCheck, GoldenReport } from '../golden.ts';
import { checkNumbers, checkPairs, NEARLY_EXACT, type Pair, pairsOf } from '../near.ts';
import { featuresOf, NO_ID_IS_NEEDED, type TaarProfile } from '../taar-profile.ts';

interface GoldenCase {
  readonly id: string;
  readonly model: string;
  readonly profile: TaarProfile;
  readonly limit: number;
  readonly can_recommend: boolean;
  readonly expected: readonly Pair[] | null;
  readonly error: string | null;
  readonly distances_first_20?: readonly (number | null)[];
}

interface Golden {
  readonly models: Readonly<Record<string, AddonArtifacts>>;
  readonly cases: readonly GoldenCase[];
}

type Models = ReturnType<typeof addonModels>;

/** The models go the whole way: artifact, model, snapshot, index, views. */
export const check: GoldenCheck = {
  file: 'taar/similarity',
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

function checkCase(report: GoldenReport, one: GoldenCase, { items, similarity }: Models): void {
  const client = featuresOf(one.profile);
  const can = similarity?.canRecommend(client) ?? false;
  report.equal(`${one.id} can`, can, one.can_recommend);
  if (!can || similarity === undefined) return;
  if (one.distances_first_20 !== undefined) {
    const distances = similarity.distances(client).slice(0, one.distances_first_20.length);
    const expected = one.distances_first_20.map((distance) => distance ?? Number.NaN);
    const known = expected.flatMap((distance, i) => (Number.isNaN(distance) ? [] : [i]));
    const only = (list: readonly number[]): number[] => known.map((i) => list[i] ?? Number.NaN);
    checkNumbers(report, `${one.id} distances`, only(distances), only(expected), NEARLY_EXACT);
  }
  if (one.error === 'KeyError' && one.profile.client_id === undefined) {
    report.rule(NO_ID_IS_NEEDED);
    report.check(one.id, similarity.recommend(client, one.limit).count <= one.limit);
  } else if (one.error !== null) {
    report.equal(
      one.id,
      codeOf(() => similarity.recommend(client, one.limit)),
      'similarity-unusable',
    );
  } else {
    const found = pairsOf(items, similarity.recommend(client, one.limit));
    checkPairs(report, one.id, found, one.expected ?? [], NEARLY_EXACT);
  }
}

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof TaarError ? error.code : String(error);
  }
}
