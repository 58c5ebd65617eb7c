import type { Gate, Step } from './component.ts';
import { drawByWeight, drawnFirst } from './draw.ts';
import { isOrderedByScore, orderByScore } from './order.ts';
import type { ParamDef } from './param.ts';
import type { CandidatePool, EntryList } from './pool.ts';
import type { Query, UniformSource } from './query.ts';

/** Exponents at or below it are not drawn: they come last, in the order of their scores. */
const CLIP_EXPONENT = -10;

export interface SamplingChoice {
  /** So many of the highest scores keep their places. */
  readonly fixed: number;
  /** Scores are multiplied by it before they become odds; 0: uniform, negative: the lowest are likeliest. */
  readonly factor: number;
  /** Places to draw, after the fixed ones; what is not drawn follows by score. */
  readonly draws: number;
}

/**
 * Draws the places of the list with odds exp(factor · score), and notes in the pool with which probability each was
 * chosen at its place (1 for those that are fixed). A missing score counts as 0.
 */
export function sample(
  pool: CandidatePool,
  list: EntryList,
  choice: SamplingChoice,
  uniforms: UniformSource,
): EntryList {
  const ordered = byScore(pool, list);
  const fixed = Math.min(Math.max(0, Math.trunc(choice.fixed)), ordered.length);
  for (let i = 0; i < fixed; i++) pool.setProbability(ordered[i] ?? 0, 1);
  const rest = ordered.subarray(fixed);
  const { places, probabilities } = drawByWeight(oddsOf(pool, rest, choice.factor), choice.draws, uniforms);
  const sampled = ordered.slice();
  sampled.set(drawnFirst(pool, rest, places, probabilities), fixed);
  return sampled;
}

/** By score; equal ones by item number, so that where a candidate stood does not matter. */
function byScore(pool: CandidatePool, list: EntryList): EntryList {
  if (isOrderedByScore(list, pool.score, pool.item)) return list;
  let scores = pool.score;
  for (let i = 0; i < list.length; i++) {
    const entry = list[i] ?? 0;
    if (!Number.isNaN(scores[entry])) continue;
    if (scores === pool.score) scores = scores.slice();
    scores[entry] = 0;
  }
  return orderByScore(list, scores, pool.item);
}

/**
 * The odds of those that may be drawn: the first of the rest, since what is clipped has the lowest scores. The largest
 * exponent is 0.
 */
function oddsOf(pool: CandidatePool, rest: EntryList, factor: number): Float64Array {
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < rest.length; i++) highest = Math.max(highest, pool.score[rest[i] ?? 0] || 0);
  const weights = new Float64Array(rest.length);
  let count = 0;
  for (; count < rest.length; count++) {
    const exponent = factor * ((pool.score[rest[count] ?? 0] || 0) - highest);
    if (exponent <= CLIP_EXPONENT) break;
    weights[count] = Math.exp(exponent);
  }
  return weights.subarray(0, count);
}

export interface SamplingParams<S> {
  readonly fixed: ParamDef<number>;
  readonly factor: ParamDef<number>;
  /** Places to draw; all where undefined. */
  readonly draws?: (query: Query<S>) => number;
  readonly when?: Gate<S>;
}

/** `sample` as a step. */
export function samplingStep<S>(
  { fixed, factor, draws, when }: SamplingParams<S>,
  name = 'sampling',
): Step<S> {
  return {
    name,
    when,
    onFailure: 'passThrough',
    apply(query, pool, list) {
      const choice = {
        fixed: query.params.get(fixed),
        factor: query.params.get(factor),
        draws: draws?.(query) ?? list.length,
      };
      return sample(pool, list, choice, query.uniforms);
    },
  };
}
