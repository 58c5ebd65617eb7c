import { Kernel } from '../src/domain/kernel.ts';
import { uniformsOf } from '../src/domain/random.ts';
import type { SourceList } from '../src/serving/flow/component.ts';
import { CountedStats } from '../src/serving/flow/counted-stats.ts';
import { Flow } from '../src/serving/flow/flow.ts';
import type { FlowSpec } from '../src/serving/flow/flow-spec.ts';
import { orderByScore } from '../src/serving/flow/order.ts';
import { DEFAULT_PARAMS } from '../src/serving/flow/param.ts';
import { CandidatePool } from '../src/serving/flow/pool.ts';
import type { Question } from '../src/serving/flow/query.ts';
import { samplingStep } from '../src/serving/flow/sampling.ts';
import { RANKING_KERNEL, WeightedSums } from '../src/serving/flow/weighted-sums.ts';
import { type BenchResult, cpuSeconds, median } from './bench.ts';

const RUNS = 5;
const WARM_UP_FLOWS = 5_000;
const FLOWS = 20_000;
const ITEMS = 2_000;
const SIZES = [1_000, 500, 10];
const DRAWS = 10;
const LIMIT_MICROSECONDS = 30;
const MAX_NAMES = 1_000;

type Steps = FlowSpec<undefined>['rank'];

const SOURCES = SIZES.map((size, i) => sourceList(size, i));

function sourceList(count: number, source: number): SourceList {
  const uniforms = uniformsOf(1, 'bench', source);
  const items = Int32Array.from({ length: count }, (_, i) => (i * 7 + source * 13) % ITEMS);
  return { items, scores: Float64Array.from({ length: count }, (_, i) => uniforms(i)), count };
}

/** Three sources, one filter, one ranking step, ten drawn: what the runner and the drawing cost, the models being none. */
function spec(rank: Steps, postRank: Steps): FlowSpec<undefined> {
  return {
    id: 'bench',
    eligible: { name: 'eligible', onFailure: 'empty', check: () => undefined },
    sources: SOURCES.map((list, i) => ({
      name: `source${i}`,
      onFailure: 'empty',
      budgetMs: 50,
      fetch: () => list,
    })),
    preFilters: [
      {
        name: 'refused',
        onFailure: 'dropItem',
        check: (_query, pool, entry) => ((pool.item[entry] ?? 0) % 100 === 0 ? 'hundredth' : undefined),
      },
    ],
    rank,
    postRank,
    validators: [],
    finish: [],
    results: { count: { key: 'count', default: DRAWS }, batch: { key: 'batch', default: DRAWS } },
    sideEffects: [],
  };
}

const SUMS = new WeightedSums(new Kernel(RANKING_KERNEL));
const WEIGHTS = SIZES.map((_, i) => i + 1);

const RANK: Steps = [
  {
    name: 'rank',
    onFailure: 'passThrough',
    apply: (_query, pool, list) => SUMS.order(pool, list, WEIGHTS, ITEMS),
  },
];

const DRAW: Steps = [
  samplingStep({
    fixed: { key: 'fixed', default: 0 },
    factor: { key: 'factor', default: 1 },
    draws: () => DRAWS,
  }),
];

/** Microseconds of CPU for each flow; beside it the same flow without ranking and drawing: the runner alone. */
export async function run(): Promise<BenchResult> {
  const tools = { stats: new CountedStats(MAX_NAMES), stopwatch: () => performance.now() };
  const flow = new Flow(spec(RANK, DRAW), tools);
  const bare = new Flow(spec([], []), tools);
  const uniforms = uniformsOf(2, 'bench', 'draws');
  let drawn = 0;
  const question: Question<undefined> = {
    requestId: 'bench',
    placement: 'bench',
    maxResults: DRAWS,
    params: DEFAULT_PARAMS,
    state: undefined,
    items: { idOf: (item) => `item${item}`, find: () => -1 },
    uniforms: () => uniforms(drawn++),
    now: 0,
  };
  const pool = new CandidatePool(SOURCES);
  const all = pool.all();
  const runs: number[] = [];
  const bares: number[] = [];
  const orders: number[] = [];
  microsecondsOf(() => flow.run(question), WARM_UP_FLOWS);
  for (let i = 0; i < RUNS; i++) {
    runs.push(microsecondsOf(() => flow.run(question), FLOWS));
    bares.push(microsecondsOf(() => bare.run(question), FLOWS));
    orders.push(microsecondsOf(() => orderByScore(all, pool.score, pool.item), FLOWS));
  }
  const value = median(runs);
  return {
    name: 'flow',
    unit: 'µs CPU for each flow of three synchronous sources, ten drawn',
    value,
    runs,
    reference: { what: 'aim', value: LIMIT_MICROSECONDS },
    ratio: LIMIT_MICROSECONDS / value,
    details: {
      'runner alone, µs': median(bares),
      [`order of ${all.length} by score, µs`]: median(orders),
    },
  };
}

function microsecondsOf(work: () => unknown, times: number): number {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) work();
  return (cpuSeconds(before) / times) * 1e6;
}
