import { uniformsOf } from '../../../src/domain/random.ts';
import { CountedStats } from '../../../src/serving/flow/counted-stats.ts';
import type { FlowSpec } from '../../../src/serving/flow/flow-spec.ts';
import { DEFAULT_PARAMS } from '../../../src/serving/flow/param.ts';
import { CandidatePool } from '../../../src/serving/flow/pool.ts';
import type { Query, Question, UniformSource } from '../../../src/serving/flow/query.ts';

const MAX_NAMES = 500;

/** Uniforms of a seed, one after another. */
export function uniformsFrom(seed: number): UniformSource {
  const uniforms = uniformsOf(seed, 'test', 0);
  let drawn = 0;
  return () => uniforms(drawn++);
}

/** A question whose item numbers are their own ids. */
export function questionOf(overrides: Partial<Question<undefined>> = {}): Question<undefined> {
  return {
    requestId: 'r1',
    placement: 'test',
    maxResults: undefined,
    params: DEFAULT_PARAMS,
    state: undefined,
    items: { idOf: String, find: Number },
    uniforms: uniformsFrom(1),
    now: 1_000,
    ...overrides,
  };
}

export function queryOf(overrides: Partial<Query<undefined>> = {}): Query<undefined> {
  return { ...questionOf(overrides), quality: overrides.quality ?? 1 };
}

/** A flow of no components; those of `overrides` are put in. */
export function specOf(overrides: Partial<FlowSpec<undefined>> = {}): FlowSpec<undefined> {
  return {
    id: 'f',
    eligible: { name: 'eligible', onFailure: 'failFlow', check: () => undefined },
    sources: [],
    preFilters: [],
    rank: [],
    postRank: [],
    validators: [],
    finish: [],
    results: { count: { key: 'count', default: 3 }, batch: { key: 'batch', default: 12 } },
    sideEffects: [],
    ...overrides,
  };
}

/** A pool of one list for each source. */
export function poolOf(
  lists: readonly (readonly (readonly [item: number, score: number])[])[],
): CandidatePool {
  return new CandidatePool(
    lists.map((list) => ({
      items: list.map(([item]) => item),
      scores: list.map(([, score]) => score),
      count: list.length,
    })),
  );
}

/** The item numbers of a list of entries. */
export function itemsOf(pool: CandidatePool, list: ArrayLike<number>): number[] {
  return Array.from(list, (entry) => pool.item[entry] ?? -1);
}

export function stats(): CountedStats {
  return new CountedStats(MAX_NAMES);
}
