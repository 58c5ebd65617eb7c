import type { Filter, Source, SourceList, Step } from '../../../src/serving/flow/component.ts';
import { CountedStats } from '../../../src/serving/flow/counted-stats.ts';
import { dedupStep } from '../../../src/serving/flow/dedup.ts';
import { Flow } from '../../../src/serving/flow/flow.ts';
import type { FlowResult, FlowSpec } from '../../../src/serving/flow/flow-spec.ts';
import { stableByScore } from '../../../src/serving/flow/order.ts';
import { DEFAULT_PARAMS } from '../../../src/serving/flow/param.ts';
import type { Timers } from '../../../src/serving/flow/timers.ts';
import type { StageName } from '../../../src/serving/flow/trace.ts';
import type { GoldenCheck, GoldenReport } from '../golden.ts';

interface GoldenSource {
  readonly id: string;
  readonly behaviour: 'ok' | 'slow' | 'throw';
  readonly weight: number;
  readonly candidates: readonly (readonly [id: number, score: number])[];
}

interface Input {
  readonly eligible: boolean;
  readonly sources: readonly GoldenSource[];
  readonly preRankerReasons: readonly (readonly [reason: string, ids: readonly number[]])[];
  readonly ranker: 'ok' | 'slow' | 'throw' | 'throws';
  readonly invalid: readonly number[];
  readonly batchSize: number;
  readonly desired: number;
  readonly preRanker?: 'throws';
}

interface Expected {
  readonly results?: readonly number[];
  readonly stages?: Readonly<Record<string, number | string>>;
  readonly batches?: number;
  readonly validated?: number;
  readonly counters?: Readonly<Record<string, number>>;
  readonly sideEffects?: number;
  readonly error?: string;
}

/** Names of the original on the left, ours on the right; `*` is a name of the case. */
const NAMES = {
  stages: new Map<string, StageName>([
    ['target_eligibility', 'eligibility'],
    ['candidate_generation', 'sources'],
    ['pre_ranker_filter', 'preFilter'],
    ['ranker', 'rank'],
    ['post_ranker_transform', 'postRank'],
    ['filter_and_take', 'validate'],
    ['transform_results', 'finish'],
  ]),
  counters: [
    [/^pre_ranker\/(.+)$/, 'f/preFilter/*'],
    [/^candidate_source_error\/(.+)$/, 'f/guard/*/error'],
    [/^(.+)\/timeout$/, 'f/guard/*/timeout'],
  ] as readonly (readonly [RegExp, string])[],
};

const BUDGET_MS = 90;
const MAX_NAMES = 200;
/** Every budget is over at once. */
const LATER: Timers = {
  after: (_ms, run) => {
    queueMicrotask(run);
    return () => {};
  },
};

export const check: GoldenCheck = {
  file: 'frs/flow',
  async run(data, report) {
    const { cases } = data as {
      readonly cases: readonly { name: string; input: Input; expected: Expected }[];
    };
    for (const { name, input, expected } of cases) await checkCase(report, name, input, expected);
  },
};

async function checkCase(
  report: GoldenReport,
  name: string,
  input: Input,
  expected: Expected,
): Promise<void> {
  const stats = new CountedStats(MAX_NAMES);
  let sideEffects = 0;
  const spec = specOf(input, () => {
    sideEffects++;
  });
  const flow = new Flow(spec, { stats, stopwatch: () => 0, timers: LATER });
  const result = await flow.run({
    requestId: name,
    placement: 'golden',
    maxResults: input.desired,
    params: DEFAULT_PARAMS,
    state: undefined,
    items: { idOf: String, find: Number },
    uniforms: () => 0.5,
    now: 0,
  });
  const failed = result.failure?.stage;
  report.equal(`${name}: error`, failed, expected.error && NAMES.stages.get(expected.error));
  checkTrace(report, name, result, expected);
  if (expected.sideEffects !== undefined)
    report.equal(`${name}: side effects`, sideEffects, expected.sideEffects);
  for (const [counter, least] of Object.entries(expected.counters ?? {})) {
    const counted = stats.counts.get(ourCounter(counter)) ?? 0;
    report.check(`${name}: ${counter}`, counted >= least, `${ourCounter(counter)} is ${counted}`);
  }
}

function checkTrace(
  report: GoldenReport,
  name: string,
  { items, trace }: FlowResult,
  expected: Expected,
): void {
  if (expected.results !== undefined) {
    report.equal(
      `${name}: results`,
      items.map(({ item }) => item),
      expected.results,
    );
  }
  for (const [stage, out] of Object.entries(expected.stages ?? {})) {
    const ours = NAMES.stages.get(stage);
    if (ours === undefined) report.check(`${name}: ${stage}`, false, 'no such stage');
    else if (typeof out === 'number') report.equal(`${name}: ${stage}`, trace.stages[ours].out, out);
    else report.equal(`${name}: ${stage}`, trace.outcome === 'ineligible', out === 'invalid');
  }
  if (expected.batches !== undefined)
    report.equal(`${name}: batches`, trace.validationBatches, expected.batches);
  if (expected.validated !== undefined)
    report.equal(`${name}: validated`, trace.validated, expected.validated);
}

function ourCounter(counter: string): string {
  for (const [pattern, ours] of NAMES.counters) {
    const name = pattern.exec(counter)?.[1];
    if (name !== undefined) return ours.replace('*', name);
  }
  return counter;
}

function specOf(input: Input, sideEffect: () => void): FlowSpec<undefined> {
  const refused = new Set(input.invalid);
  return {
    id: 'f',
    eligible: {
      name: 'eligible',
      onFailure: 'failFlow',
      check: () => (input.eligible ? undefined : 'not-eligible'),
    },
    sources: input.sources.map(sourceOf),
    preFilters: filtersOf(input),
    rank: [rankerOf(input)],
    postRank: [dedupStep()],
    validators: [
      {
        name: 'validator',
        onFailure: 'failFlow',
        check: (_query, pool, batch) =>
          Array.from(batch, (entry) => (refused.has(pool.item[entry] ?? -1) ? ['invalid'] : undefined)),
      },
    ],
    finish: [],
    results: {
      count: { key: 'count', default: input.desired },
      batch: { key: 'batch', default: input.batchSize },
    },
    sideEffects: [{ name: 'effect', run: sideEffect }],
  };
}

function sourceOf({ id, behaviour, weight, candidates }: GoldenSource): Source<undefined> {
  const list: SourceList = {
    items: candidates.map(([item]) => item),
    scores: candidates.map(([, score]) => score),
    count: candidates.length,
  };
  return {
    name: id,
    onFailure: 'empty',
    budgetMs: BUDGET_MS,
    weight: { key: `weight-${id}`, default: weight },
    fetch() {
      if (behaviour === 'throw') throw new Error('the source is broken');
      return behaviour === 'slow' ? new Promise(() => {}) : list;
    },
  };
}

function filtersOf({ preRankerReasons, preRanker }: Input): Filter<undefined>[] {
  const filters = preRankerReasons.map(([reason, ids]): Filter<undefined> => {
    const refused = new Set(ids);
    return {
      name: reason,
      onFailure: 'failFlow',
      check: (_query, pool, entry) => (refused.has(pool.item[entry] ?? -1) ? reason : undefined),
    };
  });
  if (preRanker !== 'throws') return filters;
  const broken = () => {
    throw new Error('the filter is broken');
  };
  return [{ name: 'broken', onFailure: 'failFlow', check: broken }, ...filters];
}

/** In the original a late ranker leaves the order as it was, and a broken one fails the flow. */
function rankerOf({ ranker }: Input): Step<undefined> {
  return {
    name: 'ranker',
    onFailure: ranker.startsWith('throw') ? 'failFlow' : 'passThrough',
    budgetMs: BUDGET_MS,
    apply(_query, pool, list) {
      if (ranker.startsWith('throw')) throw new Error('the ranker is broken');
      return ranker === 'slow' ? new Promise(() => {}) : stableByScore(list, pool.score);
    },
  };
}
