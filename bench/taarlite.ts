import { liteRuntime } from '../test/serving/taarlite-models.ts';
import { type BenchResult, cpuSeconds, median } from './bench.ts';
import { type LayerRates, measureLayers, microsOf, rounded } from './http.layers.ts';
import { artifacts, paths } from './taarlite.model.ts';

const LIMIT = 0.6;

/** What each server does beyond the one before it. */
const LAYERS = ['bare', 'http', 'metrics', 'route', 'full'] as const;
type Layer = (typeof LAYERS)[number];

/**
 * TAARlite answers with everything on, in requests for each CPU-second of the server, as a share of what bare Fastify
 * does with a constant body of the same size.
 */
export async function run(): Promise<BenchResult> {
  const rates = await measureLayers({
    server: 'taarlite.server.ts',
    layers: LAYERS,
    paths: paths(),
    contains: '", "',
    warmUpRequests: 15_000,
    requests: 40_000,
    runs: 5,
  });
  return resultOf(rates);
}

function resultOf(rates: LayerRates<Layer>): BenchResult {
  const shares = rates.full.map((rate, i) => rate / (rates.bare[i] ?? Number.NaN));
  const value = median(shares);
  const between = (before: Layer, layer: Layer): number =>
    rounded(microsOf(rates, layer) - microsOf(rates, before));
  return {
    name: 'taarlite',
    unit: 'requests per CPU-second, as a share of bare Fastify',
    value,
    runs: shares,
    reference: { what: 'share of bare Fastify in the same run', value: LIMIT },
    ratio: value / LIMIT,
    details: {
      bareRequestsPerCpuSecond: Math.round(median(rates.bare)),
      fullRequestsPerCpuSecond: Math.round(median(rates.full)),
      bareMicros: rounded(microsOf(rates, 'bare')),
      httpSetUpMicros: between('bare', 'http'),
      metricsMicros: between('http', 'metrics'),
      routeMicros: between('metrics', 'route'),
      recordsMicros: between('route', 'full'),
      firstAnswerScoringMicros: rounded(scoringMicros()),
    },
  };
}

/** What the first request for an add-on pays on top: the answer is kept with the model. */
function scoringMicros(): number {
  const guids = paths().map((path) => decodeURIComponent(path.split('/')[5] ?? ''));
  const models = artifacts();
  liteRuntime(models).taarlite.warmUp();
  const { taarlite } = liteRuntime(models);
  const since = process.cpuUsage();
  for (const guid of guids) taarlite.answer(guid);
  return (1e6 * cpuSeconds(since)) / guids.length;
}
