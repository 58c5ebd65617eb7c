import { type BenchResult, median } from './bench.ts';
import { measureLayers, microsOf, rounded } from './http.layers.ts';
import { clientPaths } from './recommend.profiles.ts';

/** Recommendations for each CPU-second of the whole process, its log and view included. */
const LIMIT = 5_000;

/** What each server does beyond the one before it. */
const LAYERS = ['bare', 'http', 'profile', 'recommend', 'full'] as const;

/**
 * TAAR's own route with everything on: profile from RocksDB, all sources, ensemble, drawing, trace, metrics, log, and
 * the record of each answer, written durably. Requests for each CPU-second of the server.
 */
export async function run(): Promise<BenchResult> {
  const rates = await measureLayers({
    server: 'recommend.server.ts',
    layers: LAYERS,
    paths: clientPaths(),
    contains: '"results": [',
    warmUpRequests: 5_000,
    requests: 10_000,
    runs: 5,
  });
  const value = median(rates.full);
  const steps = LAYERS.map((layer, i): [string, number] => {
    const before = LAYERS[i - 1];
    const micros = microsOf(rates, layer) - (before === undefined ? 0 : microsOf(rates, before));
    return [`${layer}Micros`, rounded(micros)];
  });
  return {
    name: 'recommend',
    unit: 'recommendations per CPU-second over HTTP',
    value,
    runs: rates.full,
    reference: { what: 'recommendations per CPU-second at least', value: LIMIT },
    ratio: value / LIMIT,
    details: { bareRequestsPerCpuSecond: Math.round(median(rates.bare)), ...Object.fromEntries(steps) },
  };
}
