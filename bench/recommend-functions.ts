import type { ClientFeatures } from '../src/domain/client-features.ts';
import { drawTails } from '../src/serving/addons/sampling.ts';
import { addonModels } from '../test/serving/addon-models.ts';
import { type BenchResult, cpuSeconds, median } from './bench.ts';
import { artifacts, clients } from './recommend.models.ts';

const RUNS = 7;
const CALLS = 2_000;
const RESULTS = 10;
/** As many candidates as TAAR's allow-list is long. */
const CANDIDATES = 200;
const LIMIT_MICROS = 40;

/** What each function of an add-on recommendation costs, in microseconds of CPU a call. */
export async function run(): Promise<BenchResult> {
  const models = addonModels(artifacts());
  const { items, collaborative, similarity, locale, ensemble, weights } = models;
  if (!collaborative || !similarity || !locale) throw new Error('a model is missing');
  const asked = clients();
  const uniform = (): number => Math.random();
  const inputOf = (client: ClientFeatures, limit: number) => ({
    collaborative: collaborative.recommend(client.installed, limit),
    similarity: similarity.recommend(client, limit),
    locale: locale.recommend(client.locale, limit),
  });
  const ready = asked.map((client) => {
    const input = inputOf(client, CANDIDATES + client.installed.length);
    const installed = client.installed.map((guid) => items.find(guid));
    return { input, installed, pool: ensemble.combine(input, weights, installed, CANDIDATES) };
  });
  const functions: Readonly<Record<string, (i: number) => unknown>> = {
    similarity: (i) => similarity.recommend(asked[i] as ClientFeatures, RESULTS),
    collaborative: (i) => collaborative.recommend(asked[i]?.installed ?? [], RESULTS),
    similarityOf200: (i) => similarity.recommend(asked[i] as ClientFeatures, CANDIDATES),
    collaborativeOf200: (i) => collaborative.recommend(asked[i]?.installed ?? [], CANDIDATES),
    locale: (i) => locale.recommend(asked[i]?.locale, RESULTS),
    ensemble: (i) => {
      const { input, installed } = ready[i] ?? { input: {}, installed: [] };
      return ensemble.combine(input, weights, installed, CANDIDATES);
    },
    drawing: (i) => drawTails(ready[i]?.pool.scores ?? [], RESULTS, uniform),
  };
  const micros = Object.fromEntries(Object.entries(functions).map(([name, call]) => [name, microsOf(call)]));
  const runs = micros.similarity ?? [];
  const value = median(runs);
  return {
    name: 'recommend-functions',
    unit: 'CPU µs a similarity call',
    value,
    runs,
    reference: { what: 'µs a call at most', value: LIMIT_MICROS },
    ratio: LIMIT_MICROS / value,
    details: Object.fromEntries(
      Object.entries(micros).map(([name, all]) => [`${name}Micros`, Math.round(10 * median(all)) / 10]),
    ),
  };
}

function microsOf(call: (client: number) => unknown): readonly number[] {
  const turn = (): number => {
    const since = process.cpuUsage();
    for (let i = 0; i < CALLS; i++) call(i);
    return (1e6 * cpuSeconds(since)) / CALLS;
  };
  turn();
  return Array.from({ length: RUNS }, turn);
}
