import { featuresOfPayload } from '../../../src/domain/client-features.ts';
import { FlowRecommender } from '../../../src/serving/addons/flow/flow-recommender.ts';
import type { AddonModels } from '../../../src/serving/addons/runtime.ts';
import { type AddonArtifacts, addonModels } from '../../serving/addon-models.ts';
import { goldenFlows, hasNewerNames, NEWER_NAMES, Uniforms, withoutNewerNames } from '../addon-flow.ts';
import type { GoldenCheck, GoldenReport } from '../golden.ts';
import { checkPairs, type Pair, SUMMED } from '../near.ts';

interface GoldenCase {
  readonly id: string;
  readonly model: string;
  readonly client_id: string;
  /** Null: there is no such row. */
  readonly payload: unknown;
  readonly extra: { readonly locale?: string | null };
  readonly limit: number;
  readonly uniforms: readonly number[];
  readonly expected: readonly Pair[];
}

interface Golden {
  readonly models: Readonly<Record<string, AddonArtifacts>>;
  readonly cases: readonly GoldenCase[];
}

export const check: GoldenCheck = {
  file: 'taar/recommendation_manager',
  async run(data, report) {
    const golden = data as Golden;
    const models = new Map(Object.entries(golden.models).map(([name, parts]) => [name, addonModels(parts)]));
    for (const one of golden.cases) {
      const runtime = models.get(one.model);
      if (runtime === undefined) report.check(one.id, false, `there is no model ${one.model}`);
      else await checkCase(report, one, runtime);
    }
  },
};

async function checkCase(report: GoldenReport, one: GoldenCase, runtime: AddonModels): Promise<void> {
  if (hasNewerNames(one.payload)) {
    report.rule(NEWER_NAMES);
    const answered = await answer(one, one.payload, runtime, Math.random);
    report.check(`${one.id} with all it says`, answered.length > 0, 'it has a profile, but no answer');
  }
  const uniforms = new Uniforms(one.uniforms);
  const answered = await answer(one, withoutNewerNames(one.payload), runtime, uniforms.next);
  checkPairs(report, one.id, answered, one.expected, SUMMED);
  report.equal(`${one.id} uniforms`, uniforms.taken, one.uniforms.length);
}

async function answer(
  { client_id, extra, limit }: GoldenCase,
  payload: unknown,
  runtime: AddonModels,
  uniforms: () => number,
): Promise<readonly Pair[]> {
  const features = featuresOfPayload(payload);
  const recommender = new FlowRecommender({
    models: { current: () => ({ setVersion: 'golden', members: [], runtime }) },
    readClient: async () => (features === undefined ? { kind: 'no-client' } : { kind: 'known', features }),
    flows: goldenFlows(),
    clock: () => 0,
    uniforms,
  });
  const { items } = await recommender.answer({
    requestId: 'golden',
    placement: 'golden',
    client: client_id,
    locale: extra.locale ?? undefined,
    platform: undefined,
    maxResults: limit,
    excluded: [],
    promoted: [],
    asTaar: true,
    seed: undefined,
  });
  return items.map(({ id, score }) => [id, score]);
}
