import type { Validator } from '../../../src/serving/flow/component.ts';
import { CountedStats } from '../../../src/serving/flow/counted-stats.ts';
import { dedup } from '../../../src/serving/flow/dedup.ts';
import { fatigue } from '../../../src/serving/flow/fatigue.ts';
import { firstN, scaledCount } from '../../../src/serving/flow/first-n.ts';
import { Flow } from '../../../src/serving/flow/flow.ts';
import type { FlowResult, FlowSpec } from '../../../src/serving/flow/flow-spec.ts';
import { DEFAULT_PARAMS } from '../../../src/serving/flow/param.ts';
import { CandidatePool, NONE } from '../../../src/serving/flow/pool.ts';
import { blendPromoted, type Promoted } from '../../../src/serving/flow/promoted.ts';
import type { Query, Question } from '../../../src/serving/flow/query.ts';
import type { GoldenCheck, GoldenReport } from '../golden.ts';

interface FirstN {
  readonly input: readonly { readonly id: number; readonly source: string; readonly score: number }[];
  readonly qualityFactor: number | null;
  readonly candidatesToRank: number;
  readonly minScaleDownFactor: number;
  readonly expectedN: number;
  readonly expected: readonly unknown[];
}

interface Lazy {
  readonly order: readonly number[];
  readonly invalid: readonly (string | number)[];
  readonly batchSize: number;
  readonly desired: number;
  readonly expected: {
    readonly results: readonly number[];
    readonly batches: number;
    readonly validated: number;
  };
}

type Part = 'valid' | 'throws' | { readonly invalid: readonly string[] };

interface Algebra {
  readonly op: string;
  readonly left?: Part;
  readonly right?: Part;
  readonly parts?: readonly Part[];
  readonly expected: Part;
  readonly rightEvaluated?: boolean;
}

interface Golden {
  readonly firstN: readonly FirstN[];
  readonly firstNCounts: readonly {
    readonly qualityFactor: number;
    readonly candidatesToRank: number;
    readonly minScaleDownFactor?: number;
    readonly expectedN: number;
  }[];
  readonly fatigue: readonly {
    readonly order: readonly number[];
    readonly impressions: Readonly<Record<string, number>>;
    readonly factor: number;
    readonly expected: readonly number[];
  }[];
  readonly lazyValidation: readonly Lazy[];
  readonly promotedBlend: readonly {
    readonly organic: readonly number[];
    readonly promoted: readonly { readonly id: number; readonly position: number }[];
    readonly maxResults: number;
    readonly expected: readonly number[];
  }[];
  readonly dedup: readonly { readonly input: readonly number[]; readonly expected: readonly number[] }[];
  readonly geohashFallback?: readonly unknown[];
  readonly predicateAlgebra: readonly Algebra[];
}

const DEFAULT_MIN_SCALE = 0.3;
const MAX_NAMES = 200;

export const check: GoldenCheck = {
  file: 'frs/stages',
  async run(data, report) {
    const golden = data as Golden;
    for (const [i, one] of golden.firstN.entries()) checkFirstN(report, `firstN ${i}`, one);
    for (const [i, one] of golden.firstNCounts.entries()) {
      const { qualityFactor, candidatesToRank, minScaleDownFactor = DEFAULT_MIN_SCALE, expectedN } = one;
      report.equal(
        `firstNCounts ${i}`,
        scaledCount(candidatesToRank, qualityFactor, minScaleDownFactor),
        expectedN,
      );
    }
    for (const [i, { order, impressions, factor, expected }] of golden.fatigue.entries()) {
      const shown = order.map((id) => impressions[id] ?? 0);
      report.equal(`fatigue ${i}`, [...fatigue(Int32Array.from(order), shown, factor)], expected);
    }
    for (const [i, one] of golden.lazyValidation.entries())
      await checkLazy(report, `lazyValidation ${i}`, one);
    for (const [i, { organic, promoted, maxResults, expected }] of golden.promotedBlend.entries()) {
      const placed = promoted.map(({ id, position }): Promoted<number> => ({ item: id, position }));
      report.equal(`promotedBlend ${i}`, blendPromoted(organic, placed, maxResults, Number), expected);
    }
    for (const [i, { input, expected }] of golden.dedup.entries()) {
      const pool = poolOf(input);
      report.equal(
        `dedup ${i}`,
        Array.from(dedup(pool, pool.all()), (entry) => pool.item[entry]),
        expected,
      );
    }
    for (const _ of golden.geohashFallback ?? []) report.rule('geohash lists come with accounts');
    for (const [i, one] of golden.predicateAlgebra.entries()) await checkAlgebra(report, `algebra ${i}`, one);
  },
};

function poolOf(items: readonly number[]): CandidatePool {
  return new CandidatePool([{ items, scores: [], count: items.length }]);
}

/** Puts the candidates into the pool source by source and lists them in the order of the case. */
function checkFirstN(report: GoldenReport, name: string, one: FirstN): void {
  const { input, candidatesToRank, minScaleDownFactor, qualityFactor, expectedN, expected } = one;
  const sources = [...new Set(input.map(({ source }) => source))];
  const grouped = sources.map((name) => input.filter(({ source }) => source === name));
  const pool = new CandidatePool(
    grouped.map((list) => ({
      items: list.map(({ id }) => id),
      scores: list.map(({ score }) => score),
      count: list.length,
    })),
  );
  const flat = grouped.flat();
  const list = Int32Array.from(input, (candidate) => flat.indexOf(candidate));
  const step = firstN<undefined>({
    count: { key: 'count', default: candidatesToRank },
    minScale: { key: 'scale', default: minScaleDownFactor },
  });
  const query: Query<undefined> = { ...questionOf(0), quality: qualityFactor ?? 1 };
  const kept = step.apply(query, pool, list);
  if (kept instanceof Promise) throw new Error('first N made the flow wait');
  report.equal(`${name}: N`, scaledCount(candidatesToRank, query.quality, minScaleDownFactor), expectedN);
  report.equal(
    name,
    Array.from(kept, (entry) => candidateOf(pool, sources, entry)),
    expected,
  );
}

function candidateOf(pool: CandidatePool, sources: readonly string[], entry: number): unknown {
  const sourceScores: Record<string, number | undefined> = {};
  const sourceRanks: Record<string, number | undefined> = {};
  for (let at = entry; at !== NONE; at = pool.mergedInto(at)) {
    const source = sources[pool.source[at] ?? NONE] ?? '';
    sourceScores[source] = pool.sourceScore[at];
    sourceRanks[source] = pool.rank[at];
  }
  return {
    id: pool.item[entry],
    primarySource: sources[pool.source[entry] ?? NONE],
    score: pool.score[entry],
    sourceScores,
    sourceRanks,
  };
}

async function checkLazy(report: GoldenReport, name: string, one: Lazy): Promise<void> {
  const refused = new Set(one.invalid.map(Number));
  const validator: Validator<undefined> = {
    name: 'validator',
    onFailure: 'failFlow',
    check: (_query, pool, batch) =>
      Array.from(batch, (entry) => (refused.has(pool.item[entry] ?? -1) ? ['invalid'] : undefined)),
  };
  const { items, trace } = await runOf(one.order, one.desired, one.batchSize, { validators: [validator] });
  const results = items.map(({ item }) => item);
  report.equal(name, { results, batches: trace.validationBatches, validated: trace.validated }, one.expected);
}

/** One after another is what filters are; all together is what validators are. */
async function checkAlgebra(report: GoldenReport, name: string, one: Algebra): Promise<void> {
  if (one.op === 'or' || one.op === 'gate') {
    report.rule('or and gate come with accounts');
    return;
  }
  if (one.op === 'andThen') {
    let calls = 0;
    const filters = [one.left, one.right].map((part, i) => ({
      name: `part${i}`,
      onFailure: 'failFlow' as const,
      check: () => {
        if (i === 1) calls++;
        return reasonsOf(part)?.[0];
      },
    }));
    const result = await runOf([1], 1, 1, { preFilters: filters });
    report.equal(name, outcomeOf(result), sorted(one.expected));
    if (one.rightEvaluated !== undefined) report.equal(`${name}: right`, calls > 0, one.rightEvaluated);
    return;
  }
  const validators = (one.parts ?? []).map((part, i) => ({
    name: `part${i}`,
    onFailure: 'failFlow' as const,
    check: () => [reasonsOf(part)],
  }));
  report.equal(name, outcomeOf(await runOf([1], 1, 1, { validators })), sorted(one.expected));
}

function reasonsOf(part: Part | undefined): readonly string[] | undefined {
  if (part === 'throws') throw new Error('the predicate is broken');
  return typeof part === 'object' ? part.invalid : undefined;
}

function outcomeOf({ failure, trace }: FlowResult): Part {
  if (failure !== undefined) return 'throws';
  const reasons = Object.keys(trace.refusals).sort();
  return reasons.length === 0 ? 'valid' : { invalid: reasons };
}

function sorted(part: Part): Part {
  return typeof part === 'object' ? { invalid: [...part.invalid].sort() } : part;
}

function questionOf(maxResults: number): Question<undefined> {
  return {
    requestId: 'golden',
    placement: 'golden',
    maxResults,
    params: DEFAULT_PARAMS,
    state: undefined,
    items: { idOf: String, find: Number },
    uniforms: () => 0.5,
    now: 0,
  };
}

/** Runs a flow of one source that gives these items. */
async function runOf(
  items: readonly number[],
  desired: number,
  batchSize: number,
  parts: Partial<FlowSpec<undefined>>,
): Promise<FlowResult> {
  const spec: FlowSpec<undefined> = {
    id: 'golden',
    eligible: { name: 'eligible', onFailure: 'failFlow', check: () => undefined },
    sources: [
      { name: 'source', onFailure: 'empty', fetch: () => ({ items, scores: [], count: items.length }) },
    ],
    preFilters: [],
    rank: [],
    postRank: [],
    validators: [],
    finish: [],
    results: { count: { key: 'count', default: desired }, batch: { key: 'batch', default: batchSize } },
    sideEffects: [],
    ...parts,
  };
  const flow = new Flow(spec, { stats: new CountedStats(MAX_NAMES), stopwatch: () => 0 });
  return flow.run(questionOf(desired));
}
