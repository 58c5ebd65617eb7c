import type { ClientFeatures } from '../src/domain/client-features.ts';
import { addonFlows } from '../src/serving/addons/flow/addon-flows.ts';
import { FlowRecommender } from '../src/serving/addons/flow/flow-recommender.ts';
import { LEGACY_PLACEMENT } from '../src/serving/addons/placements.ts';
import type { AddonQuestion } from '../src/serving/addons/recommender.ts';
import type { AddonModels } from '../src/serving/addons/runtime.ts';
import { TailDraw } from '../src/serving/addons/sampling.ts';
import { CountedStats } from '../src/serving/flow/counted-stats.ts';
import { addonModels } from '../test/serving/addon-models.ts';
import { type BenchResult, cpuSeconds, median } from './bench.ts';
import { artifacts, clients } from './recommend.models.ts';

const RUNS = 7;
const RESULTS = 10;
/** As many candidates as TAAR's allow-list was long when it was measured. */
const CANDIDATES = 1_000;
const LIMIT_MICROS = 150;

/** What a whole add-on recommendation costs without HTTP and store, and its parts, in microseconds of CPU a call. */
export async function run(): Promise<BenchResult> {
  const models = addonModels(artifacts());
  const { collaborative, similarity, locale } = models;
  if (!collaborative || !similarity || !locale) throw new Error('a model is missing');
  const asked = clients();
  const tails = new TailDraw();
  const weights = Float64Array.from({ length: CANDIDATES }, (_, i) => 1 / (i + 1));
  const parts: Readonly<Record<string, (client: ClientFeatures) => unknown>> = {
    similarity: (client) => similarity.recommend(client, RESULTS),
    collaborative: (client) => collaborative.recommend(client.installed, RESULTS),
    similarityOfAll: (client) => similarity.recommend(client, CANDIDATES),
    collaborativeOfAll: (client) => collaborative.recommend(client.installed, CANDIDATES),
    locale: (client) => locale.recommend(client.locale, RESULTS),
    drawing: () => tails.draw(weights, RESULTS, Math.random),
  };
  const micros: Record<string, readonly number[]> = {};
  for (const [name, call] of Object.entries(parts)) micros[name] = await microsOf(asked, call);
  const recommend = wholeRecommendation(models);
  const runs = await microsOf(asked, recommend);
  const value = median(runs);
  return {
    name: 'recommend-functions',
    unit: 'CPU µs a recommendation',
    value,
    runs,
    reference: { what: 'µs a recommendation at most', value: LIMIT_MICROS },
    ratio: LIMIT_MICROS / value,
    details: Object.fromEntries(
      Object.entries(micros).map(([name, all]) => [`${name}Micros`, Math.round(10 * median(all)) / 10]),
    ),
  };
}

function wholeRecommendation(runtime: AddonModels): (features: ClientFeatures) => Promise<unknown> {
  const current = { setVersion: 'bench', members: [], runtime };
  let features: ClientFeatures | undefined;
  const recommender = new FlowRecommender({
    models: { current: () => current },
    readClient: async () => (features === undefined ? { kind: 'no-client' } : { kind: 'known', features }),
    flows: addonFlows('ensemble', { stats: new CountedStats(2_000), stopwatch: () => performance.now() }),
    clock: Date.now,
  });
  const question: AddonQuestion = {
    requestId: 'bench',
    placement: LEGACY_PLACEMENT,
    client: 'client',
    locale: undefined,
    platform: undefined,
    maxResults: RESULTS,
    excluded: [],
    promoted: [],
    asTaar: true,
    seed: undefined,
  };
  return (asked) => {
    features = asked;
    return recommender.answer(question);
  };
}

async function microsOf(
  asked: readonly ClientFeatures[],
  call: (client: ClientFeatures) => unknown,
): Promise<readonly number[]> {
  const runs: number[] = [];
  for (let run = -1; run < RUNS; run++) {
    const since = process.cpuUsage();
    for (const client of asked) {
      const given = call(client);
      if (given instanceof Promise) await given;
    }
    if (run >= 0) runs.push((1e6 * cpuSeconds(since)) / asked.length);
  }
  return runs;
}
